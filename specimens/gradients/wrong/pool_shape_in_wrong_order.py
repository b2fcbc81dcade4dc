"""(N, H, W, C) is unpacked as (N, C, H, W) in the backward pass.

apart: verify.py compares its gradients
says: shape|axes|axis|order|channel|height|width|rows|columns|IndexError|index|line 27
"""
import numpy as np


def pool_forward(x, size, stride):
    n, h, w, c = x.shape
    out = np.zeros((n, (h - size) // stride + 1, (w - size) // stride + 1, c))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            out[:, i, j] = x[:, i * stride:i * stride + size, j * stride:j * stride + size].max(axis=(1, 2))
    return out


def max_pool2d_backward(grad, maps, size=2, stride=None):
    stride = stride or size
    n, c, oh, ow = grad.shape
    d_maps = np.zeros(maps.shape)
    for i in range(oh):
        for j in range(ow):
            for k in range(c):
                for m in range(n):
                    window = maps[m, i * stride:i * stride + size, j * stride:j * stride + size, k]
                    a, b = np.unravel_index(np.argmax(window), window.shape)
                    d_maps[m, i * stride + a, j * stride + b, k] += grad[m, i, j, k]
    return d_maps
