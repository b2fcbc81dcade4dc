"""Loops over windows, every option a number or a pair, the border left out of each window.
"""
import math
import operator

import numpy as np


def two(value):
    if isinstance(value, (tuple, list)):
        first, second = value
        return operator.index(first), operator.index(second)
    return (operator.index(value),) * 2


def windows(length, k, s, p, d, ceil_mode):
    if k < 1 or s < 1 or d < 1 or p < 0 or p > k // 2:
        raise ValueError(f"size {k}, stride {s}, padding {p}, dilation {d}")
    room = length + 2 * p - d * (k - 1) - 1
    count = math.ceil(room / s) + 1 if ceil_mode else room // s + 1
    if ceil_mode and (count - 1) * s >= length + p:
        count -= 1
    if count < 1 or (room < 0 and not ceil_mode):
        raise ValueError("the window does not fit")
    found = []
    for i in range(count):
        places = [i * s - p + a * d for a in range(k)]
        found.append([r for r in places if 0 <= r < length])
    if not all(found):
        raise ValueError("a window that holds nothing")
    return found


def max_pool2d(maps, size=2, stride=None, *, padding=0, dilation=1, ceil_mode=False):
    maps = np.asarray(maps)
    if maps.ndim == 4:
        if not len(maps):
            raise ValueError("no images")
        return np.stack([max_pool2d(one, size, stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode)
                         for one in maps])
    if maps.ndim != 3:
        raise ValueError("(H, W, K), please")
    size = two(size)
    stride = size if stride is None else two(stride)
    padding, dilation = two(padding), two(dilation)
    rows = windows(maps.shape[0], size[0], stride[0], padding[0], dilation[0], ceil_mode)
    columns = windows(maps.shape[1], size[1], stride[1], padding[1], dilation[1], ceil_mode)
    out = np.empty((len(rows), len(columns), maps.shape[2]), maps.dtype)
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            out[i, j] = maps[np.ix_(r, c)].max(axis=(0, 1))
    return out
