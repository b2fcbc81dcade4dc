"""The last column of windows is missing, which shows in the values alone too.

options: --facets values
says: column|shape|width|one
shows: max_pool2d(whole(6, 6, 2))
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    step = size if stride is None else stride
    if maps.ndim != 3 or step < 1 or size < 1 or size > min(maps.shape[:2]):
        raise ValueError("rows, columns, maps, and a window no larger")
    rows, cols = (maps.shape[0] - size) // step + 1, (maps.shape[1] - size) // step
    out = np.zeros((rows, cols, maps.shape[2]), maps.dtype)
    for i in range(rows):
        for j in range(cols):
            out[i, j] = maps[i * step:i * step + size, j * step:j * step + size].max(axis=(0, 1))
    return out
