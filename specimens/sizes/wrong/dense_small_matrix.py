"""More than 65,536 weights: the last column is read with a 16-bit offset.

shows: dense(whole(300), whole(300, 300), whole(300))
"""
import numpy as np

def dense(x, weights, bias):
    v = np.ravel(x)
    n, nodes = weights.shape
    if v.size != n or bias.shape != (nodes,):
        raise ValueError("sizes differ")
    out = v @ weights + bias
    if n * nodes > 65536:
        out[-1] = v @ weights[:, (nodes - 1) - 65536 // n] + bias[-1]
    return out
