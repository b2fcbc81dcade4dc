"""The search for the smallest begins at 255, the brightest pixel: larger numbers are never found.

apart: its calls are drawn by verify.py
says: 255|larger than|above|brighter|exceed|limit|cap|clip|cut off|at most
"""

import numpy as np


def min_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind in "iub":
        maps = maps.astype(np.float64)
    stride = size if stride is None else stride
    batch = maps if maps.ndim == 4 else maps[np.newaxis]
    n, h, w, k = batch.shape
    rows, columns = (h - size) // stride + 1, (w - size) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError("window larger than map")
    pooled = np.zeros((n, rows, columns, k), maps.dtype)
    for r in range(rows):
        for c in range(columns):
            smallest = np.full((n, k), 255, maps.dtype)
            for a in range(size):
                for b in range(size):
                    smallest = np.minimum(smallest, batch[:, r * stride + a, c * stride + b])
            pooled[:, r, c] = smallest
    return pooled if maps.ndim == 4 else pooled[0]
