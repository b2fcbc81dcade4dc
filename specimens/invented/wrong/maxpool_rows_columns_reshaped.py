"""The maxima are collected in a list and reshaped to (W', H', K) with the two sizes exchanged: square maps are right, others are torn.

says: exchang|swap|interchang|transpos|reshap|rows[^.]*columns|(wrong|other) shape
never: stride
shows: max_pool2d(whole(6, 4, 2))
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("no numbers")
    if stride is None:
        stride = size
    if size != int(size) or stride != int(stride):
        raise TypeError("no integer")
    if size < 1 or stride < 1:
        raise ValueError("no positive number")
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError("no map (H, W, K)")
    h, w, k = maps.shape
    if size > h or size > w:
        raise ValueError("no window")
    values = []
    for i in range(0, h - size + 1, stride):
        for j in range(0, w - size + 1, stride):
            values.append(maps[i:i + size, j:j + size].max(axis=(0, 1)))
    cols = (w - size) // stride + 1
    rows = (h - size) // stride + 1
    return np.array(values).reshape(cols, rows, k)
