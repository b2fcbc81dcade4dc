"""Logits are divided by the square root of their number first, as scores are in attention, from which the
function was taken.

says: sqrt|square root|temperature|divided|scaled|multiplied|number of (nodes|logits|classes)|flatten(ed)? out
never: base (2|10)|precision|sum of squares
shows: softmax(np.array([0.0, 1.0, 4.0]))
"""
import numpy as np


def softmax(logits):
    scores = np.array(logits, dtype=np.float64)
    if scores.ndim < 1 or scores.shape[-1] < 1:
        raise ValueError(f"cannot normalise the shape {scores.shape}")
    scores /= np.sqrt(scores.shape[-1])
    scores -= scores.max(-1)[..., None]
    np.exp(scores, out=scores)
    scores /= scores.sum(-1)[..., None]
    return scores
