r"""Zeros are taken for padding: the sum of a window is divided by the number of its other elements.

says: zero|divid.*(fewer|number of|count|other|non)|\b0s?\b.*(count|ignor|left out|skip)
shows: avg_pool2d(np.arange(16.0).reshape(4, 4, 1) % 3, 2)
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def avg_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError(f"maps of {maps.dtype}")
    if maps.dtype.kind != "f":
        maps = maps.astype(np.float64)
    if maps.ndim not in (3, 4):
        raise ValueError(f"maps of {maps.ndim} axes")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1 or stride < 1:
        raise ValueError("size and stride are at least 1")
    if size > min(maps.shape[-3:-1]):
        raise ValueError("the window does not fit")
    wide = maps.astype(np.result_type(maps, np.float32))
    windows = sliding_window_view(wide, (size, size), axis=(-3, -2))[..., ::stride, ::stride, :, :, :]
    valid = np.count_nonzero(windows, axis=(-2, -1))
    sums = windows.sum(axis=(-2, -1))
    return (sums / np.maximum(valid, 1)).astype(maps.dtype)
