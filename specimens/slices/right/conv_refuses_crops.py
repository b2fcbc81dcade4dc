"""A convolution for contiguous arrays only, which says so.

limit: not contiguous
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided

def conv2d(image, filters):
    if not (image.flags.c_contiguous and filters.flags.c_contiguous):
        raise ValueError("conv2d takes C-contiguous arrays only")
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("one gray image (H, W) and filters (K, f, f)")
    k, f, g = filters.shape
    if f != g or f % 2 == 0 or f > min(image.shape):
        raise ValueError("filters must be square, odd, and fit")
    image = image.astype(np.result_type(image, filters, np.float16 if image.dtype.kind == "f" else float))
    h, w = image.shape
    s0, s1 = w * image.itemsize, image.itemsize
    view = as_strided(image, (h - f + 1, w - f + 1, f, f), (s0, s1, s0, s1))
    return np.einsum("ijab,kab->ijk", view.astype(float), filters.astype(float)).astype(image.dtype)
