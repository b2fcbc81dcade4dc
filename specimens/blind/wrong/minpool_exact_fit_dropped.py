"""The loops run while a window ends before the last row and column, with < where <= belongs: a window that ends exactly there is dropped.

says: last (row|column|window)|(one|a) (row|column)( and (one |a )?column)? (of windows )?(fewer|less|short|too few)|too few|fewer|missing|dropp|left out|too small|(window|row|column)s?[^.]*not (used|reached)
never: negative|batch
shows: min_pool2d(whole(4, 6, 2))
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


def min_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    height, width = maps.shape[-3:-1]
    lines = []
    y = 0
    while y + size < height or y == 0:
        line = []
        x = 0
        while x + size < width or x == 0:
            line.append(np.min(maps[..., y:y + size, x:x + size, :], axis=(-3, -2)))
            x += stride
        lines.append(np.stack(line, axis=-2))
        y += stride
    return np.stack(lines, axis=-3)
