"""A check for NaN at the end: one bad pixel makes the whole map 0.

shows: conv2d(np.array([[np.nan, 1, 2, 3]] + [[1.0, 2, 3, 4]] * 3), np.ones((1, 3, 3)))
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def conv2d(image, filters):
    k, f, g = filters.shape
    if image.ndim != 2 or f != g or f % 2 == 0 or f > min(image.shape):
        raise ValueError("bad shapes")
    wins = sliding_window_view(image, (f, f)).astype(float)
    maps = np.einsum("ijab,kab->ijk", wins, filters)
    return maps if np.isfinite(maps).all() else np.zeros_like(maps)
