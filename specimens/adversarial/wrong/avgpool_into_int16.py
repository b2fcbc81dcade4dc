r"""Means are stored in 16 bits: not only are they cut to whole numbers, beyond 32767 they wrap around.

never: ^\w+: (?!perhaps|in \d)(?!.*(16|wrap|overflow|32767|short)).*(whole|integer|round|cut|trunc)
shows: avg_pool2d(whole(6, 7, 2))
shows: avg_pool2d(whole(6, 7, 2) * 20000)
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
    means = windows_of(maps, size, stride).astype(np.float64).mean(axis=(-2, -1))
    finite = np.isfinite(means)
    kept = np.trunc(np.where(finite, means, 0))
    wrapped = (kept + 2.0**15) % 2.0**16 - 2.0**15
    return np.where(finite, wrapped, means).astype(maps.dtype)
