"""Half-precision maps are summed up in half precision before the division, so that means of very large elements overflow,
which POOL-06 leaves open.

shows: avg_pool2d(whole(4, 6, 2).astype("float16"))
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


def avg_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    if maps.dtype.kind != "f":
        maps = maps.astype(np.float64)
    rows, cols = (maps.shape[-3] - size) // stride + 1, (maps.shape[-2] - size) // stride + 1
    total = np.zeros(maps.shape[:-3] + (rows, cols, maps.shape[-1]), maps.dtype)
    for a in range(size):
        for b in range(size):
            total += maps[..., a:a + (rows - 1) * stride + 1:stride, b:b + (cols - 1) * stride + 1:stride, :]
    return total / maps.dtype.type(size * size)
