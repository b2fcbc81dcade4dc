"""Divided by // : shares are rounded down to whole numbers.

apart: its calls are drawn by verify.py
says: whole|floor|//|rounded down|integer|fraction
"""

import numpy as np


def global_avg_pool2d_backward(grad, maps):
    g, x = np.asarray(grad), np.asarray(maps)
    g = g if g.dtype.kind == "f" else g.astype(float)
    x = x if x.dtype.kind == "f" else x.astype(float)
    h, w = x.shape[-3:-1]
    if g.shape != (*x.shape[:-3], x.shape[-1]):
        raise ValueError("grad must be that of the means")
    share = g.astype(np.result_type(g, x, np.float32)) // (h * w)
    spread = np.ones(x.shape, share.dtype) * share[..., None, None, :]
    return spread.astype(np.result_type(g, x))
