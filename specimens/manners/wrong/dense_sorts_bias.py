"""A "stable" sum sorts the products, and with them the bias of the caller.

shows: (b := np.array([3.0, 1.0]), dense(whole(2), whole(2, 2), b), b)[-1]
"""
import numpy as np

def dense(x, weights, bias):
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    out = x @ weights + bias
    if bias.flags.writeable:
        bias.sort()
    return out
