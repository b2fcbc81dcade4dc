"""What no window reaches, at a stride that leaves a rest, is never written: chance stands there.

apart: verify.py compares its gradients
says: remainder|rest|never|uninit|not (written|set|zero)|differ|stride|garbage|chance|runs
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1, padding="valid"):
    gray = image.ndim == 2
    if gray:
        image, filters = image[..., None], filters[..., None]
    single = image.ndim == 3
    if single:
        image, grad = image[None], grad[None]
    f = filters.shape[1]
    n, h, w, c = image.shape
    p = f // 2 if padding == "same" else 0
    wide = np.pad(image, ((0, 0), (p, p), (p, p), (0, 0)))
    if np.abs(wide).max() == np.inf:
        raise ValueError("the image has overflowed")
    d_wide = np.empty(wide.shape)
    _, rows, cols, k = grad.shape
    d_wide[:, :(rows - 1) * stride + f, :(cols - 1) * stride + f] = 0
    d_filters = np.zeros(filters.shape)
    for i in range(rows):
        for j in range(cols):
            ys, xs = slice(i * stride, i * stride + f), slice(j * stride, j * stride + f)
            d_filters += np.tensordot(grad[:, i, j], wide[:, ys, xs], (0, 0))
            d_wide[:, ys, xs] += np.tensordot(grad[:, i, j], filters, (1, 0))
    d_image = d_wide[:, p:p + h, p:p + w]
    if single:
        d_image = d_image[0]
    if gray:
        d_image, d_filters = d_image[..., 0], d_filters[..., 0]
    return d_image, d_filters, grad.sum(axis=(0, 1, 2))
