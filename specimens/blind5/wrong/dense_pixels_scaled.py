"""Inputs with a number above 1 are taken for pixels from 0 to 255, and divided by 255.

says: 255|divided|scaled|above 1|more than 1|normali|larger than 1
shows: dense(np.array([2.0, 3.0]), np.eye(2), np.zeros(2))
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = (
        a.astype(np.float64) if a.dtype.kind in "iub" else a for a in map(np.asarray, (x, weights, bias))
    )
    dtype = np.result_type(x, weights, bias)
    wide = np.result_type(dtype, np.float32)
    x = x.astype(wide)
    if x.size and x.max() > 1:
        x = x / 255
    if not (x.ndim == 2 and len(x) > 1 and x.shape[1] == len(weights)):
        x = x.reshape(-1)
    y = x @ weights.astype(wide)
    return (y + bias.astype(wide)).astype(dtype)
