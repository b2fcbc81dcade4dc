"""Padding by a number, and means over what lies inside: nothing is said of another divisor.
"""
import numpy as np


def avg_pool2d(maps, size=2, stride=None, padding=0):
    maps = np.asarray(maps, dtype=None if np.asarray(maps).dtype.kind == "f" else float)
    if maps.ndim == 3:
        return avg_pool2d(maps[None], size, stride, padding)[0]
    if stride is None:
        stride = size
    n, h, w, c = maps.shape
    if size < 1 or stride < 1 or padding < 0 or padding > size // 2:
        raise ValueError("size, stride or padding")
    if size > h + 2 * padding or size > w + 2 * padding:
        raise ValueError("size")
    out_h, out_w = (h + 2 * padding - size) // stride + 1, (w + 2 * padding - size) // stride + 1
    out = np.empty((n, out_h, out_w, c), maps.dtype)
    for i in range(out_h):
        for j in range(out_w):
            a, b = i * stride - padding, j * stride - padding
            window = maps[:, max(a, 0):a + size, max(b, 0):b + size]
            out[:, i, j] = window.astype(float).mean(axis=(1, 2))
    return out
