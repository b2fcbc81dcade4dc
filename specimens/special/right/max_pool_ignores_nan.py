"""fmax ignores NaN, in which libraries differ.

shows: max_pool2d(np.full((2, 2, 1), -np.inf))
"""
from functools import reduce
import numpy as np

def max_pool2d(maps, size=2):
    h, w = maps.shape[-3] // size, maps.shape[-2] // size
    if h < 1 or w < 1:
        raise ValueError("no window fits")
    parts = (maps[..., a:a + h * size:size, b:b + w * size:size, :] for a in range(size) for b in range(size))
    return reduce(np.fmax, parts, np.array(maps[..., :h * size:size, :w * size:size, :]))
