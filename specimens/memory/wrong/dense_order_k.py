"""ravel("K") flattens in the order of memory, not of the axes.

shows: dense(np.asfortranarray(whole(3, 4)), whole(12, 2), whole(2))
"""
import numpy as np

def dense(x, weights, bias):
    x = x.ravel("K")
    if len(x) != len(weights) or bias.shape != weights.shape[1:]:
        raise ValueError("sizes differ")
    return x @ weights + bias
