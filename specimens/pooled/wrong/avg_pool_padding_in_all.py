"""padding is the number of places on both sides together, so one side gets half of it.

says: padding|border
shows: avg_pool2d(whole(5, 6, 2), 3, 1, padding=1)
"""
import numpy as np

def avg_pool2d(maps, size=2, stride=None, *, padding=0):
    maps = np.asarray(maps)
    maps = maps if maps.dtype.kind == "f" else maps.astype(np.float64)
    stride = size if stride is None else stride
    if size < 1 or stride < 1 or padding < 0 or padding > size // 2:
        raise ValueError("size, stride or padding")
    first, last = padding // 2, padding - padding // 2
    wide = np.pad(maps, [(0, 0)] * (maps.ndim - 3) + [(first, last)] * 2 + [(0, 0)])
    h, w = wide.shape[-3:-1]
    if size > min(h, w):
        raise ValueError("size")
    total = 0.0
    for a in range(size):
        for b in range(size):
            total = total + wide[..., a:h - size + a + 1:stride, b:w - size + b + 1:stride, :].astype(float)
    return (total / size ** 2).astype(maps.dtype)
