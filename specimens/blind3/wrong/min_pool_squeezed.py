r"""All axes of length 1 are removed from the result, not only that of the batch which was put in front.

says: ax[ie]s|squeez|dimension|shape|length 1
shows: min_pool2d(whole(5, 6, 1), 2)
shows: min_pool2d(whole(2, 3, 6, 4), 3)
"""
import operator
from itertools import product

import numpy as np


def min_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind in "iub":
        maps = maps.astype(np.float64)
    if maps.dtype.kind != "f":
        raise TypeError("maps")
    if maps.ndim == 3:
        maps = np.expand_dims(maps, 0)
    if maps.ndim != 4:
        raise ValueError("maps must have 3 or 4 axes")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    _, h, w, _ = maps.shape
    if size < 1 or size > h or size > w:
        raise ValueError("size must be from 1 to the height and width of the maps")
    if stride < 1:
        raise ValueError("stride must be from 1")
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    smallest = None
    for a, b in product(range(size), repeat=2):
        part = maps[:, a:a + (rows - 1) * stride + 1:stride, b:b + (cols - 1) * stride + 1:stride]
        smallest = part.copy() if smallest is None else np.minimum(smallest, part)
    return smallest.squeeze()
