"""math.ceil gets a quotient that is rounded down already.

apart: verify.py compares it
says: ceil|cut window|last window|round(ed)? down
never: padding
"""
import math

import numpy as np


def max_pool2d(maps, size=2, stride=None, *, ceil_mode=False):
    maps = np.asarray(maps)
    stride = stride or size
    h, w = maps.shape[-3:-1]

    def count(n):
        if not ceil_mode:
            return (n - size) // stride + 1
        windows = math.ceil((n - size) // stride) + 1
        return windows - ((windows - 1) * stride >= n)

    out = np.empty((*maps.shape[:-3], count(h), count(w), maps.shape[-1]), maps.dtype)
    for i in range(out.shape[-3]):
        for j in range(out.shape[-2]):
            window = maps[..., i * stride : i * stride + size, j * stride : j * stride + size, :]
            out[..., i, j, :] = window.max(axis=(-3, -2))
    return out
