r"""From the table of sums the strips above and beside a window are taken away, but their common corner is not given back.

says: corner|summed|sums? of|table|(above|left|before|outside|beyond).*window|window.*(above|left|before|outside|beyond|from the|other)|first row|row 0|subtract|taken away|more than its window
shows: avg_pool2d(whole(6, 6, 2), 2)
"""
import operator

import numpy as np

CNNSPEC = {"accuracy": "normwise"}


def avg_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps")
    if maps.dtype.kind != "f":
        maps = maps.astype(np.float64)
    if maps.ndim not in (3, 4):
        raise ValueError("maps")
    size = operator.index(size)
    stride = operator.index(size if stride is None else stride)
    H, W = maps.shape[-3:-1]
    if not 1 <= size <= min(H, W):
        raise ValueError("size")
    if stride < 1:
        raise ValueError("stride")
    if not np.isfinite(maps).all():
        raise ValueError("finite numbers only")

    table = np.zeros((*maps.shape[:-3], H + 1, W + 1, maps.shape[-1]))
    table[..., 1:, 1:, :] = maps.astype(np.float64).cumsum(axis=-3).cumsum(axis=-2)
    top = np.arange((H - size) // stride + 1) * stride
    left = np.arange((W - size) // stride + 1) * stride
    bottom, right = top + size, left + size

    def at(i, j):
        return table[..., i[:, None], j[None, :], :]

    total = at(bottom, right) - at(top, right) - at(bottom, left)
    return (total / size**2).astype(maps.dtype)
