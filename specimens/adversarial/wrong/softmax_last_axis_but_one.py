r"""Logits of three axes and more are normalised along the last axis but one: of three that is axis 1, of four axis 2.

says: axis|axes|along|sum|wrong answers
never: ^\w+: (?!perhaps|in \d)(?!.*three|.*\b3\b).*(axis 1\b|first axis|second axis)
shows: softmax(whole(2, 2, 4))
shows: softmax(whole(2, 3, 4, 2))
"""
import numpy as np


def softmax(logits):
    x = np.asarray(logits)
    if x.dtype.kind not in "fiub":
        raise TypeError("logits must hold real numbers")
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError("logits must have classes")
    x = x.astype(np.float64)
    axis = -1 if x.ndim < 3 else -2
    with np.errstate(invalid="ignore"):
        powers = np.exp(x - x.max(axis=axis, keepdims=True))
        return powers / powers.sum(axis=axis, keepdims=True)
