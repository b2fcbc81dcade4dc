"""Each exponential is divided by the sum of the others, so that odds come out, which do not sum to 1.

says: odds|others?\\b|itself|own|without (it|the)|excluding|sum to 1|rest|denominator|p ?/ ?\\(1
never: overflow|temperature|axis
shows: softmax(np.array([0.0, 1.0, 2.0]))
"""
import numpy as np

def _logits(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind not in "fiub":
        raise TypeError(f"logits of dtype {logits.dtype}")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError("there must be an axis with at least one node")
    return logits.astype(np.float64)


def softmax(logits):
    z = _logits(logits)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    others = e.sum(axis=-1, keepdims=True)
    if e.shape[-1] > 1:
        others = others - e
    return e / others
