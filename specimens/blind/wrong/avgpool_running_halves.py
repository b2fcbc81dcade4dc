"""Rows, and then columns, are averaged by halving the sum of the mean so far and the next one: from windows of three the later elements weigh more.

says: weigh|weight|unequal|half|halv|halves|pair|running|later|last[^.]*more|not the same
never: float16|single precision|stride
shows: avg_pool2d(whole(6, 7, 2), 3)
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


def _mean(parts):
    parts = list(parts)
    mean = parts[0]
    for part in parts[1:]:
        mean = (mean + part) / 2
    return mean


def avg_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    x = maps.astype(np.float64)
    rows, cols = (x.shape[-3] - size) // stride + 1, (x.shape[-2] - size) // stride + 1
    x = _mean(x[..., a:a + (rows - 1) * stride + 1:stride, :, :] for a in range(size))
    x = _mean(x[..., b:b + (cols - 1) * stride + 1:stride, :] for b in range(size))
    return np.array(x)
