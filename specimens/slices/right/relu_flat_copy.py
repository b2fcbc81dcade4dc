"""ReLU in one loop over a flat copy, whatever the memory of the argument.

shows: relu(whole(6, 7)[1:4, 2:5])
"""
import numpy as np

def relu(x):
    x = np.ascontiguousarray(x)
    flat = x.reshape(-1)
    out = np.zeros_like(flat)
    for i in range(flat.size):
        out[i] = flat[i] if not flat[i] <= 0 else 0
    return out.reshape(x.shape)
