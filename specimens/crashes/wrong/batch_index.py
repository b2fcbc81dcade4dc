"""The branch for batches, a line of its own, always crashes.

shows: max_pool2d(whole(2, 4, 4, 3))
"""
import numpy as np

def max_pool2d(maps, size=2):
    if maps.ndim == 4:
        return np.stack([max_pool2d(maps[n], size) for n in range(len(maps) + 1)])
    if size < 1 or size > min(maps.shape[:2]):
        raise ValueError("no such windows")
    h, w, k = maps.shape
    cut = maps[:h // size * size, :w // size * size]
    return cut.reshape(h // size, size, w // size, size, k).max(axis=(1, 3))
