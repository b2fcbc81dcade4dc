"""The buffer of the gradient is kept for the next call of the same shape, and what stands in it.

apart: verify.py compares its gradients
says: earlier|previous|second|call|state|accum|zero|buffer|adds? up
"""
import numpy as np

_buffers = {}


def _buffer(shape):
    if shape not in _buffers:
        _buffers[shape] = np.zeros(shape)
    return _buffers[shape]


def max_pool2d_backward(grad, maps, size=2, stride=None):
    stride = size if stride is None else stride
    d_maps = _buffer(maps.shape)
    for index in np.ndindex(*grad.shape):
        *n, i, j, k = index
        window = maps[(*n, slice(i * stride, i * stride + size), slice(j * stride, j * stride + size), k)]
        a, b = np.unravel_index(window.argmax(), window.shape)
        d_maps[(*n, i * stride + a, j * stride + b, k)] += grad[index]
    return d_maps.copy()
