"""The best value is set to minus infinity at the start of a row of windows and not for every window: each window also knows the maxima to its left.

says: (not|never|without)[^.]*(reset|cleared|set (back )?to)|running|cumulat|carr(y|ied)|(earlier|previous|preceding|before|left)[^.]*(window|column|maxim)|windows?[^.]*(earlier|previous|preceding|before|left)|so far
never: incomplete|channel
shows: max_pool2d(-whole(6, 8, 2).cumsum(axis=1))
"""
import operator

import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps must be real")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1 or stride < 1:
        raise ValueError("size and stride must be at least 1")
    if maps.ndim != 3:
        raise ValueError("maps must be (H, W, K)")
    h, w, k = maps.shape
    if size > h or size > w or k == 0:
        raise ValueError("the window does not fit")
    if maps.dtype.kind != "f":
        maps = maps.astype(np.float64)
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    out = np.empty((rows, cols, k), maps.dtype)
    for c in range(k):
        for i in range(rows):
            best = -np.inf
            for j in range(cols):
                for a in range(size):
                    for b in range(size):
                        value = maps[i * stride + a, j * stride + b, c]
                        if value > best or value != value:
                            best = value
                out[i, j, c] = best
    return out
