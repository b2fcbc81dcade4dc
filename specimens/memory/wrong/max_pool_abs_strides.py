"""Absolute strides from the lowest address: a flipped axis is read forwards.

shows: max_pool2d(whole(5, 4, 1)[::-1])
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided

def forwards(a):
    first = a[tuple(slice(None, None, -1) if s < 0 else slice(None) for s in a.strides)]
    return as_strided(first, a.shape, [abs(s) for s in a.strides])

def max_pool2d(maps, size=2):
    maps = forwards(np.asarray(maps))
    if maps.ndim != 3 or not 0 < size <= min(maps.shape[:2]):
        raise ValueError("no such window")
    h, w = maps.shape[0] // size, maps.shape[1] // size
    out = np.full((h, w, maps.shape[2]), maps[0, 0, 0])
    for i in range(h):
        for j in range(w):
            out[i, j] = maps[i*size:i*size+size, j*size:j*size+size].max(axis=0).max(axis=0)
    return out
