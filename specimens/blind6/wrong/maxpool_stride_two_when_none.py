"""A stride that is not given is 2, whatever the size of the windows.

apart: its calls are drawn by verify.py
says: stride.*(size|2|None|default|left out|not given)
"""

import numpy as np


def max_pool2d(maps, size=2, stride=None):
    x = np.asarray(maps)
    if x.dtype.kind != "f":
        x = x.astype(float)
    step = stride or 2
    h, w = x.shape[-3], x.shape[-2]
    if size > h or size > w:
        raise ValueError("the window does not fit")
    out_h, out_w = (h - size) // step + 1, (w - size) // step + 1
    out = np.full((*x.shape[:-3], out_h, out_w, x.shape[-1]), -np.inf, x.dtype)
    for i in range(size):
        for j in range(size):
            corner = x[..., i : i + step * (out_h - 1) + 1 : step, j : j + step * (out_w - 1) + 1 : step, :]
            np.maximum(out, corner, out=out)
    return out
