"""ReLU in chunks of 65,536 numbers, the rest included.
"""
import numpy as np

CHUNK = 65536

def relu(x):
    flat, out = np.ravel(x), np.empty(x.size, x.dtype)
    for start in range(0, flat.size, CHUNK):
        np.maximum(flat[start:start + CHUNK], 0, out=out[start:start + CHUNK])
    return out.reshape(x.shape)
