"""Bands of 16 rows of windows.
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    s = size if stride is None else stride
    if size < 1 or s < 1 or size > min(maps.shape[-3:-1]):
        raise ValueError("no window fits")
    rows, cols = ((n - size) // s + 1 for n in maps.shape[-3:-1])
    bands = []
    for top in range(0, rows, 16):
        n = min(16, rows - top)
        best = None
        for a in range(size):
            for b in range(size):
                part = maps[..., top * s + a:(top + n - 1) * s + a + 1:s, b:b + (cols - 1) * s + 1:s, :]
                best = part.copy() if best is None else np.maximum(best, part)
        bands.append(best)
    return np.concatenate(bands, axis=-3)
