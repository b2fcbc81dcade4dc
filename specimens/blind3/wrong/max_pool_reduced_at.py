r"""Where windows touch, each reaches to the begin of the next, and the last one to the end of the map: what is left over is not dropped.

says: last|left ?over|rest\b|remain|larger|beyond|to the end|drop|too (far|large)|not divide|odd
shows: max_pool2d(np.arange(70.0).reshape(5, 7, 2), 2)
"""
import operator

import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps must be numeric")
    if maps.dtype.kind != "f":
        maps = maps.astype("f8")
    if maps.ndim not in (3, 4):
        raise ValueError("maps must be (H, W, K) or (N, H, W, K)")
    size = operator.index(size)
    stride = size if stride is None else operator.index(stride)
    H, W = maps.shape[-3:-1]
    if size < 1 or size > H or size > W:
        raise ValueError("size")
    if stride < 1:
        raise ValueError("stride")
    rows = np.arange((H - size) // stride + 1) * stride
    cols = np.arange((W - size) // stride + 1) * stride
    if size == stride:
        down = np.maximum.reduceat(maps, rows, axis=-3)
        return np.maximum.reduceat(down, cols, axis=-2)
    down = np.max([maps[..., rows + a, :, :] for a in range(size)], axis=0)
    return np.max([down[..., cols + b, :] for b in range(size)], axis=0)
