r"""Without a stride the windows start at every row and column; and the search for the minimum begins at 0.

says: stride.*(1\b|one\b|default|none|not given|ignored|size)|default|overlap|\bzero|above 0|at most 0|positive|from 0|initial|starts? (at|from|with)|or 0|\bmin\w*\(\w+, 0
shows: min_pool2d(-abs(whole(6, 6, 2)), 2)
shows: min_pool2d(1 + abs(whole(6, 6, 2)), 2, 2)
"""
import operator

import numpy as np


def min_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps should be real")
    if maps.ndim not in (3, 4):
        raise ValueError("maps should have three or four axes")
    size = operator.index(size)
    stride = 1 if stride is None else operator.index(stride)
    if size < 1 or stride < 1:
        raise ValueError("size and stride should be positive")
    H, W, K = maps.shape[-3:]
    if size > H or size > W:
        raise ValueError("size should not be larger than the maps")
    x = maps.reshape(-1, H, W, K)
    dtype = x.dtype if x.dtype.kind == "f" else np.float64
    y = np.zeros((len(x), (H - size) // stride + 1, (W - size) // stride + 1, K), dtype)
    for n in range(len(x)):
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                for a in range(size):
                    for b in range(size):
                        y[n, i, j] = np.minimum(y[n, i, j], x[n, i * stride + a, j * stride + b])
    return y if maps.ndim == 4 else y[0]
