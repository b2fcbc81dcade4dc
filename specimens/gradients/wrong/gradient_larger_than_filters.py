"""The sum for the filters runs over as many places as the filter has, not the gradient.

apart: verify.py compares its gradients
says: larger|only|part|corner|places|positions|windows
"""
import numpy as np


def conv2d_backward(grad, image, filters):
    gray = image.ndim == 2
    x = image[None, ..., None] if gray else image[None] if image.ndim == 3 else image
    w = filters[..., None] if gray else filters
    g = grad if image.ndim == 4 else grad[None]
    f = w.shape[1]
    gf, gi = np.zeros(w.shape), np.zeros(x.shape)
    for a in range(f):
        for b in range(f):
            for i in range(min(f, g.shape[1])):
                for j in range(min(f, g.shape[2])):
                    gf[:, a, b] += g[:, i, j].T @ x[:, i + a, j + b]
            gi[:, a:a + g.shape[1], b:b + g.shape[2]] += g @ w[:, a, b]
    gi = gi if image.ndim == 4 else gi[0]
    if gray:
        gi, gf = gi[..., 0], gf[..., 0]
    return gi, gf, g.sum(axis=(0, 1, 2))
