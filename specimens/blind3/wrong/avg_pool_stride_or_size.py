r"""A stride of 0 counts as none, and is not refused.

says: stride 0|stride.*(refus|accept|zero|\b0|check|not given|none)|refus|check
shows: refused(avg_pool2d, whole(4, 4, 2), 2, 0)
"""
import operator

import numpy as np


def avg_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind in "iub":
        maps = maps.astype(np.float64)
    elif maps.dtype.kind != "f":
        raise TypeError("maps must be real")
    size = operator.index(size)
    stride = operator.index(stride or size)
    if size < 1:
        raise ValueError("size must be at least 1")
    if stride < 1:
        raise ValueError("stride must be at least 1")
    if maps.ndim == 4:
        if not len(maps):
            raise ValueError("no maps")
        return np.stack([avg_pool2d(one, size, stride) for one in maps])
    if maps.ndim != 3:
        raise ValueError("maps must be (H, W, K) or (N, H, W, K)")
    h, w, k = maps.shape
    if size > h or size > w:
        raise ValueError("the windows are larger than the maps")
    out = np.empty(((h - size) // stride + 1, (w - size) // stride + 1, k), maps.dtype)
    wide = maps.astype(np.result_type(maps, np.float32))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            window = wide[i * stride:i * stride + size, j * stride:j * stride + size]
            out[i, j] = window.reshape(size * size, k).mean(axis=0)
    return out
