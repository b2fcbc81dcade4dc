"""The forward pass leaves the padding out of its mean, the backward pass divides by it.

apart: verify.py compares its gradients
says: padd|divi|area|count|border
"""
import numpy as np


def _places(n, size, stride, padding):
    for i in range((n + 2 * padding - size) // stride + 1):
        start = i * stride - padding
        yield i, max(start, 0), min(start + size, n)


def avg_pool2d(maps, size=2, stride=None, *, padding=0, count_include_pad=True):
    stride = size if stride is None else stride
    h, w = maps.shape[-3:-1]
    ys, xs = list(_places(h, size, stride, padding)), list(_places(w, size, stride, padding))
    out = np.zeros((*maps.shape[:-3], len(ys), len(xs), maps.shape[-1]))
    for i, y0, y1 in ys:
        for j, x0, x1 in xs:
            area = size * size if count_include_pad else (y1 - y0) * (x1 - x0)
            out[..., i, j, :] = maps[..., y0:y1, x0:x1, :].sum(axis=(-3, -2)) / area
    return out


def avg_pool2d_backward(grad, maps, size=2, stride=None, *, padding=0, count_include_pad=True):
    stride = size if stride is None else stride
    h, w = maps.shape[-3:-1]
    out = np.zeros(maps.shape)
    for i, y0, y1 in _places(h, size, stride, padding):
        for j, x0, x1 in _places(w, size, stride, padding):
            out[..., y0:y1, x0:x1, :] += grad[..., i:i + 1, j:j + 1, :] / (size * size)
    return out
