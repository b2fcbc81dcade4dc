r"""The input is flattened as it lies in memory, not with its last axis running fastest.

says: layout|memory|fortran|contiguous|order|transpos|flatten|view|strides|column.major
shows: dense(whole(3, 4).T, whole(12, 2), whole(2))
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    for array in (x, weights, bias):
        if array.dtype.kind not in "fiub":
            raise TypeError("real numbers only")
    if weights.ndim != 2 or bias.shape != (weights.shape[1],):
        raise ValueError("weights must be (inputs, nodes), and bias (nodes,)")
    if x.size != weights.shape[0]:
        raise ValueError(f"{x.size} numbers for {weights.shape[0]} inputs")
    dtype = np.result_type(*(a.dtype if a.dtype.kind == "f" else np.float64 for a in (x, weights, bias)))
    wide = np.result_type(dtype, np.float32)
    flat = x.ravel("K")  # copies nothing
    return (flat.astype(wide) @ weights.astype(wide) + bias.astype(wide)).astype(dtype)
