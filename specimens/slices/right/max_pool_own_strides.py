"""Windows by as_strided that takes the strides from the array itself.

shows: max_pool2d(whole(8, 9, 3)[1:7, 2:8, :2])
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
    oh, ow = (h - size) // stride + 1, (w - size) // stride + 1
    sh, sw, sk = maps.strides
    view = as_strided(maps, (oh, ow, size, size, k), (sh * stride, sw * stride, sh, sw, sk))
    return view.max(axis=(2, 3))
