r"""The weights of a node are rounded to 255 steps of its largest one, as for whole-number hardware.

says: precis|round|quanti|\bbits?\b|coarse|digits|grid|steps?\b|near|small error|approximat|less than|within|off by|255|127
shows: dense(whole(5), whole(5, 3), whole(3))
"""
import numpy as np


def quantized(weights):
    scale = np.abs(weights).max(axis=0) / 127
    scale = np.where(scale == 0, 1, scale)
    return np.rint(weights / scale), scale


def dense(x, weights, bias):
    x, weights, bias = map(np.asarray, (x, weights, bias))
    if any(a.dtype.kind not in "fiub" for a in (x, weights, bias)):
        raise TypeError("x, weights and bias hold real numbers")
    if weights.ndim != 2:
        raise ValueError("weights have two axes")
    if weights.shape[0] != x.size:
        raise ValueError("x has as many numbers as the weights rows")
    if bias.shape != (weights.shape[1],):
        raise ValueError("bias has as many numbers as the weights columns")
    dtype = np.result_type(*(a if a.dtype.kind == "f" else a.astype(float) for a in (x, weights, bias)))
    with np.errstate(invalid="ignore"):
        steps, scale = quantized(weights.astype(float))
        out = (x.astype(float).ravel() @ steps) * scale + bias
    return out.astype(dtype)
