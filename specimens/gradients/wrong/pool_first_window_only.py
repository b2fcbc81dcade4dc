"""The return stands inside the loop: only the first window sends its gradient back.

apart: verify.py compares its gradients
says: first|return|loop|only|one window|other windows
"""
import numpy as np


def max_pool2d_backward(grad, maps, size=2, stride=None):
    stride = stride or size
    out = np.zeros(maps.shape)
    for i in range(grad.shape[-3]):
        for j in range(grad.shape[-2]):
            y, x = i * stride, j * stride
            window = maps[..., y:y + size, x:x + size, :]
            top = window.max(axis=(-3, -2), keepdims=True)
            out[..., y:y + size, x:x + size, :] += (window == top) * grad[..., i:i + 1, j:j + 1, :]
        return out
