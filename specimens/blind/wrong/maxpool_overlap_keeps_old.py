"""Where windows overlap, the maximum of the window before is kept as a start, to look at the new columns only; that it may lie in a column which was left behind was not thought of.

says: overlap|(stride|step)[^.]*(smaller|less|below|shorter)|earlier|previous|carr|\\bold\\b|remember|(window|columns?|one)[^.]* (before|behind|to the left)|left of the window|running|so far
never: negative|last (row|column)
shows: max_pool2d(-np.arange(30.0).reshape(5, 6, 1), 2, 1)
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.ndim != 3:
        raise ValueError("maps must be (rows, columns, maps)")
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps must hold real numbers")
    stride = size if stride is None else stride
    if stride < 1 or size < 1 or size != int(size) or stride != int(stride):
        raise ValueError("size and stride are whole numbers from 1")
    h, w, k = maps.shape
    if size > h or size > w or k < 1:
        raise ValueError("the window is larger than the maps")
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    out = np.empty((rows, cols, k), maps.dtype)
    for i in range(rows):
        band = maps[i * stride:i * stride + size].max(axis=0)
        out[i, 0] = band[:size].max(axis=0)
        for j in range(1, cols):
            left = j * stride
            if stride >= size:
                out[i, j] = band[left:left + size].max(axis=0)
            else:
                new = band[left + size - stride:left + size].max(axis=0)
                out[i, j] = np.maximum(out[i, j - 1], new)
    return out
