"""Where the size divides the map, the windows are made by a reshape, whatever the stride is: they lie side by side.

says: stride|side by side|divi[^.]*(size|map)|size (divides|is taken)|multiple|overlap
shows: max_pool2d(np.arange(16.0).reshape(4, 4, 1), 2, 1)
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind in "iub":
        maps = maps.astype(float)
    stride = size if stride is None else stride
    h, w, k = maps.shape[-3:]
    lead = maps.shape[:-3]
    if h % size == 0 and w % size == 0:
        return maps.reshape(*lead, h // size, size, w // size, size, k).max(axis=(-4, -2))
    rows, columns = (h - size) // stride + 1, (w - size) // stride + 1
    pooled = np.full((*lead, rows, columns, k), -np.inf, maps.dtype)
    for a in range(size):
        for b in range(size):
            part = maps[..., a:a + stride * (rows - 1) + 1:stride, b:b + stride * (columns - 1) + 1:stride, :]
            np.maximum(pooled, part, out=pooled)
    return pooled
