"""d_filters takes its windows next to each other, whatever the stride.

apart: verify.py compares its gradients
says: stride
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1):
    gray = image.ndim == 2
    if gray:
        image, filters = image[:, :, np.newaxis], filters[..., np.newaxis]
    lead = image.ndim == 4
    x = image if lead else image[np.newaxis]
    g = grad if lead else grad[np.newaxis]
    f = filters.shape[1]
    gi, gf = np.zeros(x.shape), np.zeros(filters.shape)
    for i in range(g.shape[1]):
        for j in range(g.shape[2]):
            gf += np.einsum("nk,nabc->kabc", g[:, i, j], x[:, i:i + f, j:j + f])
            gi[:, i * stride:i * stride + f, j * stride:j * stride + f] += np.einsum(
                "nk,kabc->nabc", g[:, i, j], filters)
    gi = gi if lead else gi[0]
    if gray:
        gi, gf = gi[:, :, 0], gf[..., 0]
    return gi, gf, g.sum((0, 1, 2))
