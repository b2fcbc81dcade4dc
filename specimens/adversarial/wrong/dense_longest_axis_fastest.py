r"""x is flattened with its axes in the order of their lengths, so that the longest runs fastest: by chance right, transposed, or channels first, as the shape has it.

never: ^\w+: (?!perhaps|in \d)(?!.*(length|longest|shortest|sorted)).*(Fortran|channels first|map by map|swapped|transposed|reverse|moved|column by column)
shows: dense(whole(3, 1, 2), whole(6, 2), whole(2))
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    if any(one.dtype.kind not in "fiub" for one in (x, weights, bias)):
        raise TypeError("real numbers")
    if weights.ndim != 2 or 0 in weights.shape:
        raise ValueError("weights must be (inputs, nodes)")
    if x.size != len(weights):
        raise ValueError("as many weights as inputs")
    if bias.shape != (weights.shape[1],):
        raise ValueError("one bias for each node")
    weights, bias = weights.astype(np.float64), bias.astype(np.float64)
    order = np.argsort(x.shape, kind="stable") if x.ndim > 1 else None
    flat = x.astype(np.float64).transpose(order).ravel()
    return flat @ weights + bias
