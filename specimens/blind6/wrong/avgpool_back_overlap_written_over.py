"""Where windows overlap the last one counts: shares are put in place, not added.

apart: its calls are drawn by verify.py
says: overlap|overwr|written over|last window|instead of (being )?add|not added
"""

import numpy as np


def avg_pool2d_backward(grad, maps, size=2, stride=None):
    g, x = np.asarray(grad), np.asarray(maps)
    if g.dtype.kind in "iub":
        g = g.astype(float)
    if x.dtype.kind in "iub":
        x = x.astype(float)
    stride = stride or size
    own = np.result_type(g, x)
    dx = np.zeros(x.shape, np.result_type(own, np.float32))
    rows, columns = g.shape[-3:-1]
    for i in range(rows):
        for j in range(columns):
            share = g[..., i : i + 1, j : j + 1, :].astype(dx.dtype) / (size * size)
            top, left = i * stride, j * stride
            dx[..., top : top + size, left : left + size, :] = share
    return dx.astype(own)
