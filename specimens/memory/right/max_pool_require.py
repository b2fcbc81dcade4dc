"""np.require makes the array that the loops below want.

shows: max_pool2d(np.asfortranarray(whole(4, 6, 2)))
"""
import numpy as np

def max_pool2d(maps, size=2):
    maps = np.require(maps, requirements=["C", "A"])
    h, w, k = maps.shape
    assert 0 < size <= min(h, w)
    out = np.empty((h // size, w // size, k), maps.dtype)
    for i in range(h // size):
        for j in range(w // size):
            out[i, j] = maps[i * size:(i + 1) * size, j * size:(j + 1) * size].reshape(-1, k).max(0)
    return out
