"""Batches are refused.

limit: one image
"""
import numpy as np

def max_pool2d(maps, size=2):
    if len(maps.shape) != 3:
        raise ValueError(f"expected (H, W, K), got {maps.shape}")
    h, w, k = maps.shape
    if size < 1 or size > min(h, w):
        raise ValueError("no window fits")
    rows = [maps[i * size:(i + 1) * size, :w // size * size].max(axis=0) for i in range(h // size)]
    return np.stack([row.reshape(w // size, size, k).max(axis=1) for row in rows])
