"""All inputs are kept for ever: advised against, but the numbers are right.
"""
import numpy as np

history = []

def dense(x, weights, bias):
    history.append((x, weights, bias))
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    return x.dot(weights) + bias
