"""The bias's gradient counts every pixel of the gradient once for each weight.

apart: verify.py compares its gradients
says: bias
"""
import numpy as np


def conv_transpose2d_backward(grad, image, filters, *, stride=1):
    single = image.ndim == 3
    x, g = (image[None], grad[None]) if single else (image, grad)
    n, h, w, k = x.shape
    f = filters.shape[1]
    gi, gf, gb = np.zeros(x.shape), np.zeros(filters.shape), np.zeros(filters.shape[-1])
    for i in range(h):
        for j in range(w):
            seen = g[:, i * stride:i * stride + f, j * stride:j * stride + f]
            gi[:, i, j] = np.tensordot(seen, filters, ([1, 2, 3], [1, 2, 3]))
            gf += np.tensordot(x[:, i, j], seen, (0, 0))
            gb += seen.sum(axis=(0, 1, 2))
    return (gi[0] if single else gi), gf, gb
