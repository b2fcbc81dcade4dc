"""Filters of 1x1 are one product of matrices, a short cut in front of the general code, which returns without having looked at the stride.

says: strid
says: size of the filter is 1|1 ?x ?1|1 by 1|f ?=+ ?1|size 1|pointwise|(filters?|kernels?) of (one|a single|1)\\b|one pixel|single weight
shows: conv2d(whole(5, 6, 2), whole(3, 1, 1, 2), stride=2)
"""
import operator

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("image and filters must be arrays of real numbers")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride must be 1 or more")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if image.ndim not in (3, 4) or filters.ndim != 4:
        raise ValueError("wrong axes")
    k, f, g, c = filters.shape
    if c != image.shape[-1] or c == 0:
        raise ValueError("wrong channels")
    if f != g or f % 2 == 0:
        raise ValueError("wrong filter size")
    h, w = image.shape[-3:-1]
    if f > h or f > w:
        raise ValueError("image too small for the filters")
    b = np.zeros(k) if bias is None else np.asarray(bias, np.float64)
    if b.shape != (k,):
        raise ValueError("wrong bias")
    x, weights = image.astype(np.float64), filters.astype(np.float64)

    if f == 1:
        return x @ weights[:, 0, 0].T + b

    rows, cols = (h - f) // stride + 1, (w - f) // stride + 1
    out = np.zeros((*x.shape[:-3], rows, cols, k)) + b
    for u in range(f):
        for v in range(f):
            tap = x[..., u:u + (rows - 1) * stride + 1:stride, v:v + (cols - 1) * stride + 1:stride, :]
            out += tap @ weights[:, u, v].T
    return out
