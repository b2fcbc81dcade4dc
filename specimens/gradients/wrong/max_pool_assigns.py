"""An element that wins in two windows gets the gradient of the second only.

apart: verify.py compares its gradients
says: overlap|assign|add|accum|overwrit|last window|summ|two windows
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    stride = stride or size
    view = np.lib.stride_tricks.sliding_window_view(maps, (size, size), axis=(-3, -2))
    return view[..., ::stride, ::stride, :, :, :].max(axis=(-2, -1))


def max_pool2d_backward(grad, maps, size=2, stride=None):
    stride = stride or size
    out = np.zeros(maps.shape)
    for where in np.ndindex(*grad.shape):
        *n, i, j, k = where
        window = maps[(*n, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size), k)]
        a, b = divmod(int(np.argmax(window)), size)
        out[(*n, i * stride + a, j * stride + b, k)] = grad[where]
    return out
