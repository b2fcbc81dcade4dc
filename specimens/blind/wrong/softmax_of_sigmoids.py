"""Sigmoids take the place of the exponentials: they are divided by their sum, because they cannot overflow.

says: sigmoid|logistic|1 ?/ ?\\(1 ?\\+|exp[^.]*1 ?\\+ ?exp|tanh|bounded
never: temperature|axis|base 2
shows: softmax(np.array([0.0, 1.0, 2.0]))
"""
import numpy as np
from scipy.special import expit

def _logits(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind not in "fiub":
        raise TypeError(f"logits of dtype {logits.dtype}")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError("there must be an axis with at least one node")
    return logits.astype(np.float64)


def softmax(logits):
    s = expit(_logits(logits))
    total = s.sum(axis=-1, keepdims=True)
    return np.divide(s, total, out=np.full_like(s, 1 / s.shape[-1]), where=total > 0)
