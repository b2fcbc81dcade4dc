r"""The maxima are picked from a filtered map at the middle of each window, which for windows of even size is one off.

says: shift|offset|one (row|column|pixel|element|place)|even|too (early|far|high)|before|window.*(earl|start|begin|from|up)|(size|windows of) (2|4)|-1|centre|center|middle
shows: max_pool2d(whole(6, 6, 2), 2)
"""
import operator

import numpy as np
from scipy.ndimage import maximum_filter


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps of real numbers")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if maps.ndim not in (3, 4) or size < 1 or stride < 1:
        raise ValueError("maps, size or stride")
    h, w = maps.shape[-3:-1]
    if size > h or size > w:
        raise ValueError("size")
    dtype = maps.dtype if maps.dtype.kind == "f" else np.dtype(np.float64)
    if np.isnan(maps).any():
        raise ValueError("no NaN")
    x = maps.astype(np.result_type(dtype, np.float32))
    box = (1,) * (maps.ndim - 3) + (size, size, 1)
    largest = maximum_filter(x, size=box, mode="nearest")
    first = (size - 1) // 2
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    picked = largest[..., first::stride, first::stride, :][..., :rows, :cols, :]
    return picked.astype(dtype)
