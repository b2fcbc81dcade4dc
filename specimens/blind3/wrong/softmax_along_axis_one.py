r"""Logits of more than one axis are normalised along axis 1, which is the last one of two axes only.

says: ax[ie]s
shows: softmax(whole(2, 3, 4))
"""
import numpy as np


def softmax(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind in "iub":
        logits = logits.astype(np.float64)
    if logits.dtype.kind != "f":
        raise TypeError("logits must be real")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError("logits must have nodes")
    axis = 1 if logits.ndim > 1 else 0
    x = logits.astype(np.result_type(logits, np.float32))
    with np.errstate(invalid="ignore"):
        e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return (e / np.sum(e, axis=axis, keepdims=True)).astype(logits.dtype)
