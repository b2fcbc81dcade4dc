"""Two mistakes: the maximum starts from zero, since maps come from ReLU, and only columns are advanced by the stride, rows by the size.

says: (from|start|initial|below|least|with|at|under)[^.]*\\b(0|zeros?)\\b|\\b(0|zero) (is|as)|negative|relu
says: strid
shows: max_pool2d(whole(6, 8, 2) - 5)
shows: max_pool2d(whole(6, 8, 2) + 5, 2, 1)
"""
import operator

import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps not real")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1:
        raise ValueError("size not positive")
    if stride < 1:
        raise ValueError("stride not positive")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError("maps not (H, W, K) or (N, H, W, K)")
    h, w = maps.shape[-3:-1]
    if size > h or size > w:
        raise ValueError("size not within the maps")
    rows = (h - size) // size + 1
    cols = (w - size) // stride + 1
    kept = maps.dtype if maps.dtype.kind == "f" else np.float64
    out = np.zeros((*maps.shape[:-3], rows, cols, maps.shape[-1]), kept)
    for a in range(size):
        for b in range(size):
            one = maps[..., a:a + size * (rows - 1) + 1:size, b:b + stride * (cols - 1) + 1:stride, :]
            np.maximum(out, one, out=out)
    return out
