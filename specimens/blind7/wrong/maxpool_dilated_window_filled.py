"""The window reaches as far as a dilated one, and leaves nothing out.

apart: verify.py compares it
says: dilat
never: stride|padding
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def max_pool2d(maps, size=2, stride=None, *, dilation=1):
    maps = np.asarray(maps)
    if stride is None:
        stride = size
    reach = dilation * (size - 1) + 1
    windows = sliding_window_view(maps, (reach, reach), axis=(-3, -2))
    windows = windows[..., ::stride, ::stride, :, :, :]
    return windows.max(axis=(-2, -1))
