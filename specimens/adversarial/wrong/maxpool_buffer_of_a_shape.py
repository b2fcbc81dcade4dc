r"""Results of one shape share a buffer of maxima that is never cleared: what was larger in an earlier call of this shape stays. The same call made again gives the same, so it looks like a matter of values.

never: ^\w+: (?!perhaps|in \d)(?!.*\b(calls?|called|state|earlier|before it|previous|again|buffer)\b).*(maxim|largest|starts? at|window|negative|zero|images?|rows?|columns?)
shows: [max_pool2d(whole(6, 8, 2)), max_pool2d(whole(6, 8, 2) - 9)]
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

_buffers = {}


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
    maps, size, stride = checked(maps, size, stride)
    largest = windows_of(maps, size, stride).max(axis=(-2, -1))
    key = largest.shape, largest.dtype.name
    _buffers[key] = np.maximum(largest, _buffers.get(key, largest))
    return _buffers[key].copy()
