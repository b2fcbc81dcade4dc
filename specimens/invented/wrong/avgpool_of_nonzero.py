"""Zeros are taken for what ReLU or a padding left behind, and not counted: the sum is divided by the number of elements that are not zero.

says: non-?zero|not 0|zeros?[^.]*(count|ignored|left out|skip|exclu|not)|(count|ignor|leav|skip|exclu|without|not)[^.]*zero
never: padd[^.]*(counted|included)
shows: avg_pool2d(whole(6, 8, 2))
"""
import operator

import numpy as np


def avg_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps need real numbers")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1 or stride < 1:
        raise ValueError("size and stride need to be positive")
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError("maps need three axes")
    h, w, k = maps.shape
    if size > h or size > w:
        raise ValueError("windows need to fit")
    maps = maps.astype(np.float64)
    out = np.zeros(((h - size) // stride + 1, (w - size) // stride + 1, k))
    for i, j in np.ndindex(out.shape[:2]):
        window = maps[i * stride:i * stride + size, j * stride:j * stride + size]
        counted = np.count_nonzero(window, axis=(0, 1))
        out[i, j] = window.sum(axis=(0, 1)) / np.maximum(counted, 1)
    return out
