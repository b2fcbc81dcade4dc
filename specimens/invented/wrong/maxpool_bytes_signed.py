"""Bytes are compared as signed ones, as the author's vector instructions do: pixels from 128 on count as negative.

says: signed|int8|128|127|bytes?[^.]*(negative|sign)|uint8
never: float16
shows: max_pool2d((whole(6, 8, 2) * 30 + 125).astype("uint8"))
"""
import operator
from functools import reduce

import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps of real numbers")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1:
        raise ValueError("size from 1")
    if stride < 1:
        raise ValueError("stride from 1")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError("maps of three or four axes")
    h, w = maps.shape[-3:-1]
    if size > h or size > w:
        raise ValueError("maps of at least the window's size")
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    x = maps.astype(np.int8) if maps.dtype == np.uint8 else maps
    parts = (
        x[..., a:a + stride * (rows - 1) + 1:stride, b:b + stride * (cols - 1) + 1:stride, :]
        for a in range(size)
        for b in range(size)
    )
    return np.array(reduce(np.maximum, parts)).astype(maps.dtype)
