"""Strides of windows are computed from the shape, not taken from the array.

shows: max_pool2d(whole(8, 9, 2)[1:7, 2:8])
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided

def max_pool2d(maps, size=2, stride=None):
    stride = size if stride is None else stride
    if size < 1 or stride < 1 or maps.ndim != 3:
        raise ValueError("size and stride must be positive, maps (H, W, K)")
    h, w, k = maps.shape
    if size > h or size > w:
        raise ValueError("the window is larger than the map")
    if maps.strides[-1] != maps.itemsize:
        maps = np.array(maps, order="C")
    b = maps.itemsize
    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
    steps = (w * k * b * stride, k * b * stride, w * k * b, k * b, b)
    return as_strided(maps, (oh, ow, size, size, k), steps).max(axis=(2, 3))
