"""Of an input of two axes only the first row is used, if it fits.

shows: dense(whole(2, 3), whole(6, 2), whole(2))
"""
import numpy as np

def dense(x, weights, bias):
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    rows = np.atleast_2d(x).reshape(len(np.atleast_2d(x)), -1)
    out = bias * 1.0
    for row in rows:
        out = out + row @ weights[:rows.shape[1]]
    return out
