"""Single precision is summed in single precision, one product after the other.
"""
import numpy as np

def dense(x, weights, bias):
    x = x.ravel()
    if len(x) != len(weights) or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    kind = np.result_type(x, weights, bias, np.float32)
    total = bias.astype(kind)
    for value, row in zip(x.astype(kind), weights.astype(kind)):
        total += value * row
    return total
