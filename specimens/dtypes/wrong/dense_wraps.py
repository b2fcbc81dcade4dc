"""Small whole numbers are multiplied with small whole numbers in their own type.

shows: dense(np.full(4, 100, "i1"), np.full((4, 2), 100, "i1"), np.zeros(2, "i1"))
shows: dense(np.full(4, 100, "i1"), np.full((4, 2), 2.0), np.zeros(2))
"""
import numpy as np

def dense(x, weights, bias):
    v = np.ravel(x)
    if v.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    if x.dtype.kind in "iu":
        weights = np.where(weights == np.rint(weights), np.rint(weights), weights)
        if (weights == np.rint(weights)).all() and np.abs(weights).max(initial=0) < 127:
            weights = weights.astype(x.dtype)
    return (v @ weights) + bias
