"""The running maximum starts at -1e9.

shows: max_pool2d(np.full((2, 2, 1), -1e12))
"""
import numpy as np

def max_pool2d(maps, size=2):
    h, w, k = maps.shape
    if size < 1 or size > min(h, w):
        raise ValueError("no window fits")
    best = np.full((h // size, w // size, k), max(-1e9, _lowest(maps.dtype)))
    for a in range(size):
        for b in range(size):
            best = np.maximum(best, maps[a:a + h // size * size:size, b:b + w // size * size:size])
    return best.astype(maps.dtype)

def _lowest(dtype):
    return float(np.finfo(dtype).min) if dtype.kind == "f" else 0 if dtype.kind in "ub" else np.iinfo(dtype).min
