"""Maps are done four at a time; the loop for those that are left over was written for the rows of a window, and its columns were forgotten: only the first column is seen.

says: (map|channel)s?[^.]*(left over|tail|remain|rest|last|beyond|multiple|four|4)|(four|\\b4\\b)[^.]*maps?|tail|left over|first column of (the|a|every|each) window|only (the |their |its )?(first|left) (column|element)|column[^.]*(ignored|not seen|left out|unused|missing|skipped)
never: last column|stride
shows: max_pool2d(whole(4, 6, 6))
"""
import operator

import numpy as np

LANES = 4

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
    k = maps.shape[-1]
    rows, cols = (maps.shape[-3] - size) // stride + 1, (maps.shape[-2] - size) // stride + 1

    def at(a, b, lanes):
        return maps[..., a:a + rows * stride:stride, b:b + cols * stride:stride, lanes][..., :rows, :cols, :]

    out = np.empty(maps.shape[:-3] + (rows, cols, k), maps.dtype)
    vector = slice(0, k - k % LANES if k > LANES else k)
    tail = slice(vector.stop, k)
    out[..., vector] = at(0, 0, vector)
    out[..., tail] = at(0, 0, tail)
    for a in range(size):
        for b in range(size):
            out[..., vector] = np.maximum(out[..., vector], at(a, b, vector))
    for a in range(size):
        out[..., tail] = np.maximum(out[..., tail], at(a, 0, tail))
    return out
