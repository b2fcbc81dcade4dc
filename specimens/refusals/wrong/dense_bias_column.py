"""A bias (nodes, 1) is broadcast: the answer becomes a matrix.

shows: refused(dense, whole(3), whole(3, 2), whole(2, 1))
"""
import numpy as np

def dense(x, weights, bias):
    x = np.reshape(x, -1)
    if x.shape[0] != weights.shape[0]:
        raise ValueError("inputs differ")
    if len(bias) != weights.shape[1]:
        raise ValueError("nodes differ")
    return np.dot(x, weights) + bias
