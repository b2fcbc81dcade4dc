"""One map at a time.

limit: one map
"""
import numpy as np

def max_pool2d(maps, size=2):
    if maps.ndim != 3 or maps.shape[2] != 1:
        raise ValueError("one map (H, W, 1), please")
    m = maps[:, :, 0]
    if size < 1 or size > min(m.shape):
        raise ValueError("no window fits")
    rows, cols = m.shape[0] // size, m.shape[1] // size
    return np.array([[[m[i * size:(i + 1) * size, j * size:(j + 1) * size].max()] for j in range(cols)]
                     for i in range(rows)])
