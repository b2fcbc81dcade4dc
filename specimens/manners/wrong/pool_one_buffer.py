"""All results of one shape are the same array.

shows: (a := whole(4, 4, 1), r := max_pool2d(a), max_pool2d(a + 1), np.array(r))[-1]
"""
import numpy as np

_out = {}

def max_pool2d(maps, size=2):
    if size < 1 or maps.ndim != 3 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    h, w, k = maps.shape[0] // size, maps.shape[1] // size, maps.shape[2]
    out = _out.setdefault((h, w, k, maps.dtype), np.empty((h, w, k), maps.dtype))
    for i in range(h):
        for j in range(w):
            maps[i * size:(i + 1) * size, j * size:(j + 1) * size].max(axis=(0, 1), out=out[i, j])
    return out
