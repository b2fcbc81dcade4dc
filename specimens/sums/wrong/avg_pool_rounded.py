"""Means are rounded to six decimals.

shows: avg_pool2d(np.array([[1, 1], [1, 1 + 2.0**-18]])[..., None] / 4096)
"""
import numpy as np

def avg_pool2d(maps, size=2):
    h, w = maps.shape[-3] // size, maps.shape[-2] // size
    if h < 1 or w < 1:
        raise ValueError("no window fits")
    out = 0
    for a in range(size):
        for b in range(size):
            out = out + maps[..., a:a + h * size:size, b:b + w * size:size, :].astype(float)
    return np.round(out / size**2, 6)
