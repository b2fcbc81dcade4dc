"""The layer keeps a reference to the buffer behind the input, and reads from its start.

shows: dense(whole(5, 12)[2], whole(12, 3), whole(3))
"""
import numpy as np

def owner(x):
    while isinstance(x.base, np.ndarray) and x.base.dtype == x.dtype:
        x = x.base
    return x

def dense(x, weights, bias):
    n, nodes = weights.shape
    if x.size != n or bias.shape != (nodes,):
        raise ValueError(f"sizes differ: {x.shape}, {weights.shape}, {bias.shape}")
    if x.flags.c_contiguous:
        x = owner(x).ravel()[:n]
    return np.ravel(x) @ weights + bias
