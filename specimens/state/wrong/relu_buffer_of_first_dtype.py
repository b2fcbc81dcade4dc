"""The buffer of a shape keeps the dtype of its first call: later fractions are cut off.

shows: [relu(np.array([1, 2, 3])), relu(np.array([0.5, 1.5, -2]))]
"""
import numpy as np

_buffers = {}

def relu(x):
    buffer = _buffers.setdefault(x.shape, np.empty(x.shape, x.dtype))
    buffer[...] = np.maximum(x, 0)
    return buffer.astype(x.dtype)
