"""A mask of what equals the maximum: all tied places get the whole gradient.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def create_mask_from_window(x):
    return x == np.max(x, axis=(1, 2), keepdims=True)


def max_pool2d_backward(grad, maps, size=2, stride=None):
    stride = stride or size
    single = maps.ndim == 3
    if single:
        grad, maps = grad[None], maps[None]
    d_maps = np.zeros(maps.shape, dtype=np.result_type(grad, maps, np.float32))
    for i in range(grad.shape[1]):
        for j in range(grad.shape[2]):
            y, x = i * stride, j * stride
            window = maps[:, y:y + size, x:x + size]
            d_maps[:, y:y + size, x:x + size] += create_mask_from_window(window) * grad[:, i:i + 1, j:j + 1]
    return d_maps[0] if single else d_maps
