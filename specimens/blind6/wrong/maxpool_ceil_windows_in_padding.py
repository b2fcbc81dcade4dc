"""With ceil_mode there may be a last window that begins behind the map, in the padding.

apart: its calls are drawn by verify.py
says: ceil|(last|extra|one more) (window|row|column).*(begin|start|behind|beyond|padding)|window.*(starts?|begins?) (in|behind|beyond)
"""

import math

import numpy as np


def max_pool2d(maps, size=2, stride=None, *, padding=0, ceil_mode=False):
    x = np.asarray(maps)
    x = x if x.dtype.kind == "f" else x.astype(float)
    stride = stride or size
    if 2 * padding > size:
        raise ValueError("padding is more than half of the window")
    rounding = math.ceil if ceil_mode else math.floor
    single = x.ndim == 3
    x = x[None] if single else x
    n, h, w, k = x.shape
    out_h = rounding((h + 2 * padding - size) / stride) + 1
    out_w = rounding((w + 2 * padding - size) / stride) + 1
    out = np.empty((n, out_h, out_w, k), x.dtype)
    for i in range(out_h):
        for j in range(out_w):
            top, left = i * stride - padding, j * stride - padding
            window = x[:, max(top, 0) : max(top + size, 0), max(left, 0) : max(left + size, 0)]
            out[:, i, j] = window.max(axis=(1, 2), initial=-np.inf)
    return out[0] if single else out
