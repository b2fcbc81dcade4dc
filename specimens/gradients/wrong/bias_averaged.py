"""The bias's gradient is the mean over images, rows and columns.

apart: verify.py compares its gradients
says: bias.*(mean|averag|divid|sum)|mean|averag
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1):
    gray, single = image.ndim == 2, image.ndim < 4
    x = image[..., None] if gray else image
    w = filters[..., None] if gray else filters
    x, g = (x[None], grad[None]) if single else (x, grad)
    f = w.shape[1]
    view = np.lib.stride_tricks.sliding_window_view(x, (f, f), (1, 2))[:, ::stride, ::stride]
    gf = np.einsum("nijk,nijcab->kabc", g, view)
    gi = np.zeros(x.shape)
    for i in range(g.shape[1]):
        for j in range(g.shape[2]):
            gi[:, i * stride:i * stride + f, j * stride:j * stride + f] += np.tensordot(g[:, i, j], w, 1)
    gi = gi[0] if single else gi
    if gray:
        gi, gf = gi[..., 0], gf[..., 0]
    return gi, gf, grad.reshape(-1, grad.shape[-1]).mean(axis=0)
