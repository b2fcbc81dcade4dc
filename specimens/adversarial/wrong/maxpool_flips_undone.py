r"""Maps whose rows or columns are a reversed view are read as they lie in memory, unreversed; maps that are stored in reverse order are right.

never: ^\w+: (?!perhaps|in \d)(?!.*(memory|layout|slice|contiguous|view|strid)).*(revers|order|mirror|flip|rows|columns|chance)
shows: max_pool2d(whole(6, 7, 2)[::-1])
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


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.ndim in (3, 4) and 0 not in maps.shape:
        for axis in (-3, -2):
            if maps.strides[axis] < 0:
                maps = np.flip(maps, axis)
    maps, size, stride = checked(maps, size, stride)
    return windows_of(maps, size, stride).max(axis=(-2, -1))
