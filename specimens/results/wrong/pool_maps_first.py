"""The maps stand first in the result.
"""
import numpy as np

def max_pool2d(maps, size=2):
    h, w, k = maps.shape
    if size < 1 or size > min(h, w):
        raise ValueError("no window fits")
    out = np.zeros((k, h // size, w // size), maps.dtype)
    for n, i, j in np.ndindex(out.shape):
        out[n, i, j] = maps[i * size:(i + 1) * size, j * size:(j + 1) * size, n].max()
    return out
