"""Walks through each window backwards in the mind: of equal ones the last is the largest.

apart: verify.py compares its gradients
"""
import numpy as np


def _checked(grad, maps, size, stride):
    grad, maps = np.asarray(grad), np.asarray(maps)
    for a in (grad, maps):
        if a.dtype.kind not in "fiub":
            raise TypeError("real numbers only")
    if not isinstance(size, (int, np.integer)) or not isinstance(stride, (int, np.integer, type(None))):
        raise TypeError("size and stride are whole numbers")
    stride = size if stride is None else stride
    if size < 1 or stride < 1:
        raise ValueError("size and stride are at least 1")
    if maps.ndim not in (3, 4):
        raise ValueError("maps are (H, W, K) or (N, H, W, K)")
    if min(maps.shape[-3:-1]) < size:
        raise ValueError("the window is larger than the map")
    rows, cols = ((n - size) // stride + 1 for n in maps.shape[-3:-1])
    if grad.shape != (*maps.shape[:-3], rows, cols, maps.shape[-1]):
        raise ValueError("grad has not the shape of the pooled maps")
    return grad, maps, stride


def max_pool2d_backward(grad, maps, size=2, stride=None):
    grad, maps, stride = _checked(grad, maps, size, stride)
    if maps.ndim == 4:
        if not len(maps):
            return np.zeros(maps.shape, maps.dtype)
        return np.stack([max_pool2d_backward(g, m, size, stride) for g, m in zip(grad, maps)])
    dtype = np.result_type(grad, maps)
    dtype = dtype if dtype.kind == "f" else np.float64
    out = np.zeros(maps.shape, np.float64)
    for i, j, k in np.ndindex(*grad.shape):
        best = None
        for a in range(i * stride, i * stride + size):
            for b in range(j * stride, j * stride + size):
                if best is None or maps[a, b, k] >= maps[best] or np.isnan(maps[a, b, k]):
                    best = (a, b, k)
        out[best] += grad[i, j, k]
    return out.astype(dtype)
