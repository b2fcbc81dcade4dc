"""Windows and one einsum.

options: --profile general
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

def conv2d(image, filters, *, stride=1):
    if stride <= 0 or filters.ndim - image.ndim != 1:
        raise ValueError("bad arguments")
    sides = filters.shape[1:3]
    if image.ndim == 3 and image.shape[2] != filters.shape[3] or image.ndim not in (2, 3):
        raise ValueError("channels differ")
    if sides[0] > image.shape[0] or sides[1] > image.shape[1]:
        raise ValueError("filters too large")
    view = sliding_window_view(image, sides, axis=(0, 1))[::stride, ::stride].astype(float)
    return np.einsum("ijcab,kabc->ijk" if image.ndim == 3 else "ijab,kab->ijk", view, filters)
