"""The border lies above and on the left only; the number of windows is that of both sides' border.

says: padding|border|before|above|side
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None, padding=0):
    maps = np.asarray(maps, float if np.asarray(maps).dtype.kind != "f" else None)
    step = size if stride is None else stride
    if step <= 0 or size <= 0:
        raise ValueError("stride and size are positive")
    if padding < 0 or padding > size / 2:
        raise ValueError("padding")
    border = [(0, 0)] * (maps.ndim - 3) + [(2 * padding, 0), (2 * padding, 0), (0, 0)]
    wide = np.pad(maps, border, constant_values=-np.inf)
    if min(wide.shape[-3:-1]) < size:
        raise ValueError("no window")
    windows = np.lib.stride_tricks.sliding_window_view(wide, (size, size), axis=(-3, -2))
    return windows[..., ::step, ::step, :, :, :].max(axis=(-2, -1))
