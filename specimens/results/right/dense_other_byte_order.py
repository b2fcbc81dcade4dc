"""The result has the other byte order.
"""
import numpy as np

def dense(x, weights, bias):
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    out = x @ weights + bias
    return out.astype(out.dtype.newbyteorder())
