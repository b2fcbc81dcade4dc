"""Pooling along one axis after another, of arrays with whatever axes before the last two."""

import numpy as np


def max_pool_1d(x, kernel_size, stride, axis=-1):
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel_size, axis=axis)
    chosen = [slice(None)] * x.ndim
    chosen[axis % x.ndim] = slice(None, None, stride)
    return windows[tuple(chosen)].max(axis=-1)


def max_pool_2d(x, kernel_size, stride):
    pooled = max_pool_1d(x, kernel_size, stride, -1)
    return max_pool_1d(pooled, kernel_size, stride, -2)
