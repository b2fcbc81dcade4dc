"""The bias runs down the rows where there are as many of them as nodes, not along each.

shows: dense(whole(3, 4), whole(4, 3), whole(3))
says: bias
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = (np.asarray(part) for part in (x, weights, bias))
    inputs, nodes = weights.shape
    if bias.shape != (nodes,):
        raise ValueError("one bias for each node")
    if x.ndim == 2 and x.shape[1] == inputs and len(x) > 1:
        out = x @ weights
        return out + (bias[:, None] if len(x) == nodes else bias)
    if x.size != inputs:
        raise ValueError("the input does not fit")
    return x.reshape(-1) @ weights + bias
