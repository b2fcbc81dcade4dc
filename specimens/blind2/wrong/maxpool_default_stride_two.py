"""Without a stride windows are 2 apart, whatever their size: the default of the class was the pair (2, 2), and None was mended to it. Windows of three overlap.

says: default|stride[^.]*(2|two|None|not given|omitted|left out|unset|missing|without)|(without|no|None)[^.]*stride|2 apart|steps? of (2|two)|overlap
never: minimum|mean|last row
shows: max_pool2d(whole(7, 9, 2), 3)
"""
import operator

import numpy as np

def _arguments(maps, size, stride):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError(f"maps of dtype {maps.dtype}")
    if maps.ndim not in (3, 4) or 0 in maps.shape:
        raise ValueError(f"maps must be (H, W, K) or (N, H, W, K), got {maps.shape}")
    size = operator.index(size)
    if size < 1:
        raise ValueError(f"size {size}")
    if stride is not None:
        stride = operator.index(stride)
        if stride < 1:
            raise ValueError(f"stride {stride}")
    if size > min(maps.shape[-3:-1]):
        raise ValueError(f"windows of {size}x{size} are larger than the maps {maps.shape}")
    return maps, size, stride


def max_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    if stride is None:
        stride = 2
    h = (maps.shape[-3] - size) // stride + 1
    w = (maps.shape[-2] - size) // stride + 1
    out = np.empty(maps.shape[:-3] + (h, w, maps.shape[-1]), maps.dtype)
    for i in range(h):
        for j in range(w):
            window = maps[..., i * stride:i * stride + size, j * stride:j * stride + size, :]
            out[..., i, j, :] = window.max(axis=(-3, -2))
    return out
