"""Read-only arrays are refused, as Cython's buffers do.

limit: read-only
"""
import numpy as np

def relu(x):
    if not x.flags.writeable:
        raise ValueError("buffer source array is read-only")
    return np.where(np.greater(x, 0), x, x.dtype.type(0)) if x.dtype.kind != "b" else x.copy()
