"""Every strided call forgets an argument of the helper.

shows: max_pool2d(whole(5, 5, 2), 2, 1)
"""
import numpy as np

def _windows(maps, size, stride):
    h, w = (maps.shape[0] - size) // stride + 1, (maps.shape[1] - size) // stride + 1
    for i in range(h):
        for j in range(w):
            yield i, j, maps[i * stride:i * stride + size, j * stride:j * stride + size]

def max_pool2d(maps, size=2, stride=None):
    if size < 1 or size > min(maps.shape[:2]) or stride is not None and stride < 1:
        raise ValueError("no such windows")
    windows = _windows(maps, size) if stride else _windows(maps, size, stride=size)
    found = {(i, j): part.max(axis=(0, 1)) for i, j, part in windows}
    rows, cols = max(found)
    return np.array([[found[i, j] for j in range(cols + 1)] for i in range(rows + 1)])
