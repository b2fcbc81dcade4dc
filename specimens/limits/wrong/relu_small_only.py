"""Particular sizes are refused: more than 64 columns do not fit into a buffer.

shows: relu(whole(2, 65))
"""
import numpy as np

LANES = 64

def relu(x):
    if x.shape[-1] > LANES:
        raise MemoryError("row buffer exceeded")
    row = np.zeros(LANES, x.dtype)
    out = np.empty(x.shape, x.dtype)
    for place in np.ndindex(x.shape[:-1]):
        row[:x.shape[-1]] = x[place]
        out[place] = np.maximum(row, 0)[:x.shape[-1]]
    return out
