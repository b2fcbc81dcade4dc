r"""The minimum is the negative maximum of the negative maps, and bytes are negated as bytes: 0 stays the smallest of them.

says: unsigned|uint8|bytes?|wrap|overflow|negat|integer|bool|zeros?\b.*(ignor|skip|left out|miss|never)
shows: min_pool2d(abs(whole(4, 4, 2)).astype("u1"), 2)
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _largest(maps, size, stride):
    windows = sliding_window_view(maps, (size, size), axis=(-3, -2))
    windows = windows[..., ::stride, ::stride, :, :, :]
    return windows.max(axis=(-2, -1))


def min_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps must hold numbers")
    if maps.ndim != 3 and maps.ndim != 4:
        raise ValueError("maps must have three axes, or four")
    size = operator.index(size)
    if size < 1:
        raise ValueError("size must be positive")
    if stride is None:
        stride = size
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride must be positive")
    if size > maps.shape[-3] or size > maps.shape[-2]:
        raise ValueError("windows must fit into the maps")
    if maps.dtype == bool:
        maps = maps.view(np.uint8)
    result = -_largest(-maps, size, stride)
    return result if result.dtype.kind == "f" else result.astype(np.float64)
