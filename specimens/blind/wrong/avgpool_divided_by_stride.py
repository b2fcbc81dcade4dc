"""The sum over a window is divided by the square of the stride and not of the size, which is the same only as long as the windows touch.

says: divid[^.]*(stride|step)|(stride|step)[^.]*(divi|instead of the size|in(to)? the denominator|factor)|square of the stride|stride( squared|²)|number of elements|wrong divisor|divisor|too (large|small) by
never: windows (start|begin)|rotated
shows: avg_pool2d(whole(5, 6, 2), 2, 1)
"""
import operator

import numpy as np

def _arguments(maps, size, stride):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError(f"maps of dtype {maps.dtype}")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError(f"maps of shape {maps.shape}")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1 or stride < 1:
        raise ValueError(f"size {size}, stride {stride}")
    if size > maps.shape[-3] or size > maps.shape[-2]:
        raise ValueError(f"windows of {size} do not fit into maps of shape {maps.shape}")
    return maps, size, stride


def avg_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    wide = maps.astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(wide, (size, size), axis=(-3, -2))
    windows = windows[..., ::stride, ::stride, :, :, :]
    return windows.sum(axis=(-2, -1)) / (stride * stride)
