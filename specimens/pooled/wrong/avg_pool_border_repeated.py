"""The border is the edge repeated, as image libraries do it by default.

says: edge|repeat|border|padding
shows: avg_pool2d(whole(5, 6, 2), 3, 1, padding=1)
"""
import numpy as np

def avg_pool2d(maps, size=2, stride=None, padding=0):
    maps = np.asarray(maps)
    maps = maps if maps.dtype.kind == "f" else maps.astype(np.float64)
    stride = size if stride is None else stride
    if size < 1 or stride < 1 or not 0 <= padding <= size // 2:
        raise ValueError("size, stride or padding")
    wide = np.pad(maps, [(0, 0)] * (maps.ndim - 3) + [(padding,) * 2] * 2 + [(0, 0)], mode="edge")
    if size > min(wide.shape[-3:-1]):
        raise ValueError("size")
    w = np.lib.stride_tricks.sliding_window_view(wide, (size, size), axis=(-3, -2))
    return w[..., ::stride, ::stride, :, :, :].mean(axis=(-2, -1), dtype=np.float64).astype(maps.dtype)
