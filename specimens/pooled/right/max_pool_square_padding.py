"""One number for each option; pairs are refused in so many words.
"""
import numpy as np


def _number(name, value, least):
    if not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be one integer for both axes, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}")
    return int(value)


def max_pool2d(maps, size=2, stride=None, padding=0):
    size = _number("size", size, 1)
    stride = size if stride is None else _number("stride", stride, 1)
    padding = _number("padding", padding, 0)
    if padding > size // 2:
        raise ValueError("padding must not exceed size // 2")
    maps = np.asarray(maps)
    if maps.dtype.kind != "f":
        maps = maps.astype(np.float64)
    if maps.ndim not in (3, 4):
        raise ValueError("maps must have 3 or 4 axes")
    margins = [(0, 0)] * (maps.ndim - 3) + [(padding, padding)] * 2 + [(0, 0)]
    wide = np.pad(maps, margins, constant_values=-np.inf)
    rows, columns = ((n - size) // stride + 1 for n in wide.shape[-3:-1])
    if rows < 1 or columns < 1:
        raise ValueError("the window is larger than the padded map")
    result = None
    for a in range(size):
        for b in range(size):
            part = wide[..., a:a + stride * rows:stride, b:b + stride * columns:stride, :]
            part = part[..., :rows, :columns, :]
            result = part.copy() if result is None else np.maximum(result, part)
    return result
