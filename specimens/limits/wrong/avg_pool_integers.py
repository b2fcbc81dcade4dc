"""Whole numbers crash in the middle of the sum, not by a check.

shows: avg_pool2d(whole(4, 4, 1).astype(int))
"""
import numpy as np

def avg_pool2d(maps, size=2):
    *n, h, w, k = maps.shape
    if size < 1 or size > min(h, w):
        raise ValueError("no window fits")
    h, w = h // size, w // size
    total = np.zeros((*n, h, w, k), maps.dtype)
    for a in range(size):
        for b in range(size):
            total += maps[..., a:a + h * size:size, b:b + w * size:size, :] / size**2
    return total
