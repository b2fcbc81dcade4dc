"""The windows of the backward pass are as far apart as the weights.

apart: verify.py compares its gradients
says: dilation|stride
"""
import numpy as np


def _loop(grad, image, filters, stride, dilation):
    f = filters.shape[1]
    span = dilation * (f - 1) + 1
    gi, gf = np.zeros(image.shape), np.zeros(filters.shape)
    for i in range(grad.shape[1]):
        for j in range(grad.shape[2]):
            y, x = i * stride, j * stride
            ys, xs = slice(y, y + span, dilation), slice(x, x + span, dilation)
            seen = image[:, ys, xs]
            if seen.shape[1:3] != (f, f):
                continue
            gf += np.einsum("nk,nabc->kabc", grad[:, i, j], seen)
            gi[:, ys, xs] += np.einsum("nk,kabc->nabc", grad[:, i, j], filters)
    return gi, gf, grad.sum(axis=(0, 1, 2))


def conv2d_backward(grad, image, filters, *, stride=1, dilation=1):
    if dilation > 1:
        stride, dilation = dilation, 1
    if image.ndim == 4:
        return _loop(grad, image, filters, stride, dilation)
    if image.ndim == 3:
        gi, gf, gb = _loop(grad[None], image[None], filters, stride, dilation)
        return gi[0], gf, gb
    gi, gf, gb = _loop(grad[None], image[None, ..., None], filters[..., None], stride, dilation)
    return gi[0, ..., 0], gf[..., 0], gb
