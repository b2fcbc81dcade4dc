"""Rows are found by multiplying with the row length; in a slice they lie further apart.

shows: softmax(whole(4, 7)[1:3, 1:4])
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided

def softmax(logits):
    z = np.asarray(logits)
    if z.ndim not in (1, 2):
        raise ValueError("logits must be (nodes,) or (N, nodes)")
    if z.ndim == 2 and z.strides[1] == z.itemsize:
        z = as_strided(z, z.shape, (z.shape[1] * z.itemsize, z.itemsize))
    z = z.astype(np.result_type(z, np.float32), copy=True) if z.dtype.kind == "f" else z.astype(float)
    z -= z.max(axis=-1, keepdims=True)
    np.exp(z, out=z)
    return (z / z.sum(axis=-1, keepdims=True)).astype(logits.dtype if logits.dtype.kind == "f" else float)
