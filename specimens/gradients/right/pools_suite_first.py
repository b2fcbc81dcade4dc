"""Maximum, minimum, mean of windows and of whole maps, and flattening; the first of ties.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def _pick(grad, maps, size, stride, choose):
    stride = size if stride is None else stride
    out = np.zeros(maps.shape, dtype=np.float64)
    lead = maps.shape[:-3]
    for n in np.ndindex(*lead):
        for i in range(grad.shape[-3]):
            for j in range(grad.shape[-2]):
                for k in range(grad.shape[-1]):
                    window = maps[n][i * stride:i * stride + size, j * stride:j * stride + size, k]
                    a, b = np.unravel_index(choose(window), window.shape)
                    out[n + (i * stride + a, j * stride + b, k)] += grad[n + (i, j, k)]
    return out


def max_pool2d_backward(grad, maps, size=2, stride=None):
    return _pick(grad, maps, size, stride, np.argmax)


def min_pool2d_backward(grad, maps, size=2, stride=None):
    return _pick(grad, maps, size, stride, np.argmin)


def avg_pool2d_backward(grad, maps, size=2, stride=None, *, padding=0, count_include_pad=True):
    stride = size if stride is None else stride
    h, w = maps.shape[-3:-1]
    out = np.zeros(maps.shape, dtype=np.float64)
    for i in range(grad.shape[-3]):
        for j in range(grad.shape[-2]):
            top, left = i * stride - padding, j * stride - padding
            y0, y1, x0, x1 = max(top, 0), min(top + size, h), max(left, 0), min(left + size, w)
            area = size * size if count_include_pad else (y1 - y0) * (x1 - x0)
            out[..., y0:y1, x0:x1, :] += grad[..., i:i + 1, j:j + 1, :] / area
    return out


def global_avg_pool2d_backward(grad, maps):
    h, w = maps.shape[-3:-1]
    return np.broadcast_to(np.asarray(grad, float)[..., None, None, :] / (h * w), maps.shape).copy()


def flatten_backward(grad, x):
    return np.array(grad, dtype=float).reshape(x.shape)
