"""The stride is checked and then never used: windows always lie side by side, because the reshape that makes them knows the size only.

says: strid
never: strides? (of|in) memory|exchang|swap
shows: max_pool2d(whole(6, 8, 2), 2, 1)
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps must hold real numbers")
    if not isinstance(size, (int, np.integer)) or not isinstance(stride, (int, np.integer, type(None))):
        raise TypeError("size and stride must be integers")
    if size < 1 or (stride is not None and stride < 1):
        raise ValueError("size and stride must be positive")
    if maps.ndim not in (3, 4) or min(maps.shape[-3:]) == 0:
        raise ValueError("maps must be (H, W, K) or (N, H, W, K)")
    *batch, h, w, k = maps.shape
    if size > h or size > w:
        raise ValueError("size must not exceed the maps")
    rows, cols = h // size, w // size
    whole = maps[..., :rows * size, :cols * size, :]
    blocks = whole.reshape(*batch, rows, size, cols, size, k)
    return blocks.max(axis=(-4, -2))
