"""Two mistakes: the smallest element is returned for the largest, and the loop over rows ends one too early: the last row of the result is zero.

says: \\bmin|smallest|least|lowest
says: (last|bottom)[^.]*row|row[^.]*(last|early|end|bottom)
shows: max_pool2d(whole(6, 8, 2))
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps: real numbers")
    if stride is None:
        stride = size
    if not isinstance(size, (int, np.integer)) or not isinstance(stride, (int, np.integer)):
        raise TypeError("size, stride: integers")
    if size < 1 or stride < 1:
        raise ValueError("size, stride: from 1 on")
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError("maps: (H, W, K)")
    rows, cols, depth = maps.shape
    if size > rows or size > cols:
        raise ValueError("size: no larger than the maps")
    pooled = np.zeros(((rows - size) // stride + 1, (cols - size) // stride + 1, depth))
    for i in range(pooled.shape[0] - 1):
        for j in range(pooled.shape[1]):
            for d in range(depth):
                block = maps[i * stride:i * stride + size, j * stride:j * stride + size, d]
                pooled[i, j, d] = np.min(block)
    return pooled
