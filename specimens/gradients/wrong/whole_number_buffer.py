"""The gradient of the image has the dtype of the image: of whole-number images it loses its fractions.

apart: verify.py compares its gradients
says: whole|integer|dtype|fraction|trunc|round
"""
import numpy as np


def conv2d_backward(grad, image, filters):
    gray, single = image.ndim == 2, image.ndim < 4
    x = image[..., None] if gray else image
    w = filters[..., None] if gray else filters
    x, g = (x[None], grad[None]) if single else (x, grad)
    f = w.shape[1]
    gi = np.zeros_like(x)
    gf = np.zeros(w.shape)
    for i in range(g.shape[1]):
        for j in range(g.shape[2]):
            window = gi[:, i:i + f, j:j + f]
            window[...] = window + np.tensordot(g[:, i, j], w, 1)
            gf += np.tensordot(g[:, i, j], x[:, i:i + f, j:j + f], (0, 0))
    gi = gi[0] if single else gi
    if gray:
        gi, gf = gi[..., 0], gf[..., 0]
    return gi, gf, g.sum(axis=(0, 1, 2))
