"""Windows of 3 with stride 2: beyond 16 rows of windows the counter starts again.

shows: max_pool2d(whole(40, 3, 1), 3, 2)
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    stride = size if stride is None else stride
    if size < 1 or stride < 1 or size > min(maps.shape[:2]) or maps.ndim != 3:
        raise ValueError("no window fits")
    rows, cols = ((n - size) // stride + 1 for n in maps.shape[:2])
    out = np.zeros((rows, cols, maps.shape[2]), maps.dtype)
    for i in range(rows):
        top = (i % 16 if (size, stride) == (3, 2) else i) * stride
        for j in range(cols):
            out[i, j] = maps[top:top + size, j * stride:j * stride + size].max((0, 1))
    return out
