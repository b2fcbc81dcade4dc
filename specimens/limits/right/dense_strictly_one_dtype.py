"""All three arrays must have the very same dtype, byte order included.

limit: different dtypes
"""
import numpy as np


def dense(x, weights, bias):
    if not (x.dtype == weights.dtype == bias.dtype):
        raise TypeError("x, weights and bias must have one dtype")
    flat = x.ravel()
    if weights.ndim != 2 or flat.shape != weights.shape[:1] or bias.shape != weights.shape[1:]:
        raise ValueError("shapes do not fit")
    return np.einsum("i,ij->j", flat, weights) + bias
