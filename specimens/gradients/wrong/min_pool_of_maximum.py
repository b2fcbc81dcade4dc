"""Minimum pooling was copied from maximum pooling, and its backward pass still looks for the largest.

apart: verify.py compares its gradients
says: maxim|largest|argmax|argmin|smallest|minim
"""
import numpy as np


def min_pool2d(maps, size=2, stride=None):
    stride = stride or size
    view = np.lib.stride_tricks.sliding_window_view(maps, (size, size), axis=(-3, -2))
    return view[..., ::stride, ::stride, :, :, :].min(axis=(-2, -1))


def min_pool2d_backward(grad, maps, size=2, stride=None):
    stride = stride or size
    out = np.zeros(maps.shape)
    for index in np.ndindex(*grad.shape):
        *n, i, j, k = index
        window = maps[(*n, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size), k)]
        a, b = np.unravel_index(window.argmax(), window.shape)
        out[(*n, i * stride + a, j * stride + b, k)] += grad[index]
    return out
