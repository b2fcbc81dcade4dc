"""Batches are taken, but refused with a stride.

shows: max_pool2d(whole(2, 5, 5, 1), 2, 1)
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    if maps.ndim == 4:
        if stride not in (None, size):
            raise ValueError("a batch cannot be strided")
        return np.array([max_pool2d(one, size) for one in maps])
    stride = size if stride is None else stride
    if stride < 1 or size < 1 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    rows = np.arange(0, maps.shape[0] - size + 1, stride)
    cols = np.arange(0, maps.shape[1] - size + 1, stride)
    out = maps[np.ix_(rows, cols)]
    for a in range(size):
        for b in range(size):
            out = np.maximum(out, maps[np.ix_(rows + a, cols + b)])
    return out
