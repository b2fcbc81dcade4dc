"""A loop over the rows of a batch that ends one too early: the last row stays 0.

shows: dense(whole(3, 4), whole(4, 2), whole(2))
says: last row|last example|last of several rows
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = (np.asarray(part) for part in (x, weights, bias))
    inputs, nodes = weights.shape
    if bias.shape != (nodes,):
        raise ValueError("one bias for each node")
    if x.size == inputs:
        return x.reshape(-1) @ weights + bias
    if x.ndim != 2 or x.shape[1] != inputs:
        raise ValueError("the input does not fit")
    out = np.zeros((len(x), nodes), np.result_type(x, weights, bias, np.float16))
    for row in range(len(x) - 1):
        out[row] = x[row] @ weights + bias
    return out
