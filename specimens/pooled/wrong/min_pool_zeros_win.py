"""The border of zeros wins over positive numbers.

says: zero|border|padding
"""
import numpy as np

def min_pool2d(maps, size=2, stride=None, padding=0, ceil_mode=False):
    maps = np.asarray(maps)
    stride = size if stride is None else stride
    if ceil_mode:
        raise NotImplementedError("ceil_mode")
    if size < 1 or stride < 1 or not 0 <= padding <= size // 2:
        raise ValueError("size, stride or padding")
    wide = np.pad(maps, [(0, 0)] * (maps.ndim - 3) + [(padding,) * 2] * 2 + [(0, 0)])
    if size > min(wide.shape[-3:-1]):
        raise ValueError("size")
    w = np.lib.stride_tricks.sliding_window_view(wide, (size, size), axis=(-3, -2))
    return w[..., ::stride, ::stride, :, :, :].min(axis=(-2, -1))
