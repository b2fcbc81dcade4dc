"""np.pad puts zeros around the maps, which win over negative numbers.

says: padding|border|zero
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None, padding=0):
    maps = np.asarray(maps)
    stride = stride if stride is not None else size
    if stride < 1 or size < 1 or not 0 <= padding <= size // 2:
        raise ValueError("bad option")
    pad = [(0, 0)] * (maps.ndim - 3) + [(padding, padding), (padding, padding), (0, 0)]
    maps = np.pad(maps, pad)
    h, w = maps.shape[-3:-1]
    if h < size or w < size:
        raise ValueError("too small")
    rows, cols = (h - size) // stride + 1, (w - size) // stride + 1
    out = np.zeros(maps.shape[:-3] + (rows, cols, maps.shape[-1]), maps.dtype)
    for i in range(rows):
        for j in range(cols):
            out[..., i, j, :] = maps[..., i * stride:i * stride + size, j * stride:j * stride + size, :].max((-3, -2))
    return out
