"""Arrays that are not aligned are refused.

limit: unaligned
"""
import numpy as np

def dense(x, weights, bias):
    if not (x.flags.aligned and weights.flags.aligned and bias.flags.aligned):
        raise ValueError("array is not aligned")
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    return np.add(np.matmul(x, weights), bias)
