"""The gradient of minus the largest of what is negated: one minus is forgotten.

apart: verify.py compares it
says: sign|minus|negat
never: stride|tie
"""
import numpy as np


def _max_pool2d_backward(grad, maps, size, stride):
    dx = np.zeros(maps.shape)
    flat = maps.reshape(-1, *maps.shape[-3:])
    into = dx.reshape(flat.shape)
    for m, g in enumerate(grad.reshape(-1, *grad.shape[-3:])):
        for i in range(g.shape[0]):
            for j in range(g.shape[1]):
                r, q = i * stride, j * stride
                for k in range(g.shape[2]):
                    window = flat[m, r : r + size, q : q + size, k]
                    a, b = divmod(int(window.argmax()), size)
                    into[m, r + a, q + b, k] += g[i, j, k]
    return dx


def min_pool2d_backward(grad, maps, size=2, stride=None):
    # min(x) = -max(-x)
    maps = np.asarray(maps, float)
    return _max_pool2d_backward(-np.asarray(grad, float), -maps, size, stride or size)
