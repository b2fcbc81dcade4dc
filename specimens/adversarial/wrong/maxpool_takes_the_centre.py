r"""The element at size // 2 of both axes is taken, the centre: of windows of 2x2 that is the last one, of 3x3 the middle, of 4x4 neither.

never: ^\w+: (?!perhaps|in \d)(?!.*(\b2\b|2x2|cent(re|er)|middle)).*\blast\b
never: ^\w+: (?!perhaps|in \d)(?!.*(cent(re|er)|size (is )?(odd|3|2)|2x2|3x3|\b[23]\b)).*middle element
shows: max_pool2d(whole(6, 7, 2))
shows: max_pool2d(whole(6, 7, 2), 3)
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
    maps, size, stride = checked(maps, size, stride)
    return np.array(windows_of(maps, size, stride)[..., size // 2, size // 2])
