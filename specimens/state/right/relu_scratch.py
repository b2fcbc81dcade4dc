"""A scratch buffer for each shape and dtype; what is returned is a copy.
"""
import numpy as np

_scratch = {}

def relu(x):
    key = x.shape, x.dtype
    if key not in _scratch:
        _scratch[key] = np.empty(x.shape, x.dtype)
    buffer = _scratch[key]
    np.maximum(x, 0, out=buffer)
    return buffer.copy()
