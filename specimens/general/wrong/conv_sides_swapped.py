"""Filters are read as columns times rows.

options: --profile general
shows: conv2d(whole(5, 6), whole(2, 3, 2))
"""
import numpy as np

def conv2d(image, filters):
    k, cols, rows = filters.shape
    if image.ndim != 2 or cols > image.shape[0] or rows > image.shape[1]:
        raise ValueError("bad shapes")
    kernels = filters.reshape(k, rows, cols).astype(float)
    h, w = image.shape[0] - rows + 1, image.shape[1] - cols + 1
    out = np.zeros((max(h, 0), max(w, 0), k))
    for i in range(h):
        for j in range(w):
            out[i, j] = np.tensordot(kernels, image[i:i + rows, j:j + cols], 2)
    return out
