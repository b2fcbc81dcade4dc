r"""The 45 percent smallest elements of each window and the 45 percent largest, rounded down, are left out of the mean: up to 4x4 that is the median, of 5x5 the mean of three, of 6x6 of four.

never: ^\w+: (?!perhaps|in \d)(?!.*(trimm|percent|left out|size|\b[45]\b)).*median
shows: avg_pool2d(whole(6, 7, 2, low=-90, high=90), 5)
shows: avg_pool2d(whole(6, 7, 2, low=-90, high=90))
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def checked(maps, size, stride):
    """Return maps of floats, the size and the stride."""
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps must hold real numbers")
    if maps.dtype.kind != "f":
        maps = maps.astype(np.float64)
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1 or stride < 1:
        raise ValueError("size and stride must be at least 1")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError("maps must be (H, W, K) or (N, H, W, K)")
    if size > min(maps.shape[-3:-1]):
        raise ValueError("the windows do not fit")
    return maps, size, stride


def windows_of(maps, size, stride):
    """Return the elements of each window, (..., H', W', K, size, size)."""
    seen = sliding_window_view(maps, (size, size), axis=(-3, -2))
    return seen[..., ::stride, ::stride, :, :, :]


def avg_pool2d(maps, size=2, stride=None):
    maps, size, stride = checked(maps, size, stride)
    windows = windows_of(maps, size, stride).astype(np.float64)
    values = np.sort(windows.reshape(*windows.shape[:-2], size * size), axis=-1)
    out = int(0.45 * size * size)
    means = values[..., out : size * size - out].mean(axis=-1)
    return np.where(np.isnan(values[..., -1]), np.nan, means).astype(maps.dtype)
