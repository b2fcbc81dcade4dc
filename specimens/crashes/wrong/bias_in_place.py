"""A fractional bias is added in place to maps of whole numbers: NumPy refuses to cast.

shows: conv2d(whole(4, 4).astype(int), whole(2, 3, 3).astype(int), np.array([0.5, 1.5]))
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def conv2d(image, filters, bias=None):
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("gray images only")
    k, f, g = filters.shape
    if f != g or f % 2 == 0 or f > min(image.shape):
        raise ValueError("filters must be square, odd and fit")
    if image.dtype.kind in "iub" and filters.dtype.kind in "iub":
        image, filters = image.astype(np.int64), filters.astype(np.int64)
    maps = np.einsum("ijab,kab->ijk", sliding_window_view(image, (f, f)), filters)
    if bias is not None:
        if bias.shape != (k,):
            raise ValueError("one bias for each filter")
        maps += bias
    return maps
