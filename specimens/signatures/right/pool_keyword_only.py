"""All parameters are keyword-only.

shows: max_pool2d(maps=whole(5, 5, 2), size=3, stride=1)
"""
import numpy as np

def max_pool2d(*, maps, size=2, stride=None):
    stride = size if stride is None else stride
    if maps.ndim != 3 or stride < 1 or size < 1 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    windows = np.lib.stride_tricks.sliding_window_view(maps, (size, size), axis=(0, 1))
    return windows[::stride, ::stride].max(axis=(-2, -1))
