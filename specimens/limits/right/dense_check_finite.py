"""NaN and infinity are refused by NumPy's own check.

limit: not finite
"""
import numpy as np

def dense(x, weights, bias):
    x = np.asarray_chkfinite(x).reshape(-1)
    weights, bias = np.asarray_chkfinite(weights), np.asarray_chkfinite(bias)
    if x.shape != weights.shape[:1] or bias.shape != weights.shape[1:]:
        raise ValueError("sizes differ")
    return x @ weights + bias
