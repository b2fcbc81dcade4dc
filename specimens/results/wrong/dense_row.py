"""The result keeps an axis of length 1.
"""
import numpy as np

def dense(x, weights, bias):
    x = np.reshape(x, (1, -1))
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    return x @ weights + bias
