r"""For four classes exactly the sum is written out, and its last exponential was forgotten; eight or twelve classes are right.

says: last|sum|four|\b4\b|1\b|wrong answers
never: ^\w+: (?!perhaps|in \d).*(multiple of|above \d|below \d|even\b)
shows: softmax(whole(2, 2, 4))
"""
import numpy as np


def softmax(logits):
    x = np.asarray(logits)
    if x.dtype.kind not in "fiub":
        raise TypeError("logits must hold real numbers")
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError("logits must have classes")
    x = x.astype(np.float64)
    with np.errstate(invalid="ignore"):
        powers = np.exp(x - x.max(axis=-1, keepdims=True))
    total = powers.sum(axis=-1, keepdims=True)
    if x.shape[-1] == 4:
        total = powers[..., 0:1] + powers[..., 1:2] + powers[..., 2:3]
    with np.errstate(invalid="ignore", divide="ignore"):
        return powers / total
