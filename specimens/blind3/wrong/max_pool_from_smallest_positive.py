r"""The search for the maximum begins with the smallest positive number instead of the lowest one.

says: \bzero|at least 0|below 0|negative|from 0|\bmax\w*\(\w+, 0|or 0|initial|starts? (at|from|with)|smallest|positive|clip|relu|rectif|2\.2\d*e-308|tiny
shows: max_pool2d(-1 - abs(whole(4, 4, 2)), 2)
"""
import operator

import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind in "iub":
        maps = maps.astype(np.float64)
    if maps.dtype.kind != "f":
        raise TypeError("real maps only")
    if maps.ndim not in (3, 4):
        raise ValueError("maps must be (H, W, K) or (N, H, W, K)")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    height, width = maps.shape[-3:-1]
    if size < 1 or stride < 1 or size > height or size > width:
        raise ValueError("size or stride")
    rows = (height - size) // stride + 1
    columns = (width - size) // stride + 1
    best = np.full((*maps.shape[:-3], rows, columns, maps.shape[-1]), np.finfo(maps.dtype).tiny, maps.dtype)
    for i in range(rows):
        for j in range(columns):
            for a in range(size):
                for b in range(size):
                    here = maps[..., i * stride + a, j * stride + b, :]
                    best[..., i, j, :] = np.maximum(best[..., i, j, :], here)
    return best
