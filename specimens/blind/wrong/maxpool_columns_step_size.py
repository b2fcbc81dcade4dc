"""Rows of windows are a stride apart, but columns of windows a size: one of two places of the formula was changed when the stride became a parameter of its own.

says: column[^.]*(stride|step|size|apart)|(stride|step)[^.]*column|across|horizontal|along the (row|second axis)|only (the |in )?(rows|vertical)
never: negative|batch
shows: max_pool2d(whole(5, 6, 2), 3, 1)
"""
import operator

import numpy as np

def _arguments(maps, size, stride):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError(f"maps of dtype {maps.dtype}")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError(f"maps of shape {maps.shape}")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    if size < 1 or stride < 1:
        raise ValueError(f"size {size}, stride {stride}")
    if size > maps.shape[-3] or size > maps.shape[-2]:
        raise ValueError(f"windows of {size} do not fit into maps of shape {maps.shape}")
    return maps, size, stride


def max_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    height, width = maps.shape[-3:-1]
    tops = range(0, height - size + 1, stride)
    lefts = range(0, width - size + 1, size)
    return np.stack([
        np.stack([maps[..., t:t + size, l:l + size, :].max(axis=(-3, -2)) for l in lefts], axis=-2)
        for t in tops
    ], axis=-3)
