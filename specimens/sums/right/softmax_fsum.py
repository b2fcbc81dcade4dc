"""Exponentials are summed without rounding.
"""
import math
import numpy as np

def softmax(logits):
    rows = np.reshape(logits, (-1, logits.shape[-1])).astype(float)
    result = []
    for row in rows:
        e = np.exp(row - row.max())
        total = math.fsum(e) if np.isfinite(e).all() else e.sum()
        result.append(e / total)
    return np.reshape(result, logits.shape)
