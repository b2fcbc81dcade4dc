"""The maps always have the size of the image.

limit: same only
"""
import numpy as np

def conv2d(image, filters):
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("gray images and a bank of kernels")
    k, f, g = filters.shape
    if f != g or f % 2 == 0:
        raise ValueError("kernels must be square and odd")
    r = f // 2
    canvas = np.pad(image.astype(float), r)
    out = np.zeros((*image.shape, k))
    for i, j in np.ndindex(image.shape):
        out[i, j] = (canvas[i:i + f, j:j + f] * filters).sum(axis=(1, 2))
    return out
