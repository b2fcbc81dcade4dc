"""The smallest is minus the largest of what is negated: in unsigned numbers 0 stays 0.

apart: verify.py compares it
says: unsigned|uint8|bytes|negat|minus
never: padding|stride
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _max_pool(maps, size, stride):
    windows = sliding_window_view(maps, (size, size), axis=(-3, -2))
    return windows[..., ::stride, ::stride, :, :, :].max(axis=(-2, -1))


def min_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype == bool:
        return ~_max_pool(~maps, size, stride or size)
    return -_max_pool(-maps, size, stride or size)
