"""What is left over at the end gets windows of its own, as with ceil_mode, so that no pixel is lost.

says: incomplete|ceil|partial|left ?over|remain|(not|no longer) (fit|complete|whole)|beyond|\\brest\\b|smaller windows?|cut off|padd|too many (rows|windows|columns)|(more|extra|additional)[^.]*(row|window|column)
never: overlap
shows: max_pool2d(whole(7, 5, 2), 2)
"""
import math
import operator

import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("real numbers")
    if maps.dtype.kind != "f":
        maps = maps.astype(np.float64)
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size <= 0:
        raise ValueError("size must be positive")
    if stride <= 0:
        raise ValueError("stride must be positive")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError("maps must have three axes, or four")
    h, w = maps.shape[-3:-1]
    if size > min(h, w):
        raise ValueError("no window fits")
    rows = math.ceil(max(h - size, 0) / stride) + 1
    cols = math.ceil(max(w - size, 0) / stride) + 1
    rows -= (rows - 1) * stride >= h  # no window without a pixel
    cols -= (cols - 1) * stride >= w
    out = np.empty((*maps.shape[:-3], rows, cols, maps.shape[-1]), maps.dtype)
    for i in range(rows):
        for j in range(cols):
            window = maps[..., i * stride:i * stride + size, j * stride:j * stride + size, :]
            out[..., i, j, :] = window.max(axis=(-3, -2))
    return out
