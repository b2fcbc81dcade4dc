"""Two mistakes: the root of the mean square (L2 pooling) is returned for the mean, and the stride is ignored: windows never overlap.

says: root|\\brms\\b|square[ds]?|\\bL2\\b|quadratic|\\bnorm|euclid
says: strid|overlap
shows: avg_pool2d(whole(6, 8, 2))
shows: avg_pool2d(np.ones((6, 8, 2)), 2, 1)
"""
import numpy as np


def avg_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("need real maps")
    for given in (size, stride):
        if given is not None and not isinstance(given, (int, np.integer)):
            raise TypeError("need whole numbers")
        if given is not None and given < 1:
            raise ValueError("need positive numbers")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError("need (H, W, K) or (N, H, W, K)")
    *n, h, w, k = maps.shape
    if size > h or size > w:
        raise ValueError("need a window that fits")
    rows, cols = h // size, w // size
    blocks = maps[..., :rows * size, :cols * size, :].astype(np.float64)
    blocks = blocks.reshape(*n, rows, size, cols, size, k)
    return np.sqrt((blocks ** 2).mean(axis=(-4, -2)))
