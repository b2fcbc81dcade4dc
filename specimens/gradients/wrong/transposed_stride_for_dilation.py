"""The stride spreads the weights, and the dilation is where the stride should be.

apart: verify.py compares its gradients
says: stride|dilation
"""
import numpy as np


def conv_transpose2d_backward(grad, image, filters, *, stride=1, padding=0, dilation=1):
    if image.ndim == 3:
        a, b, c = conv_transpose2d_backward(
            grad[None], image[None], filters, stride=stride, padding=padding, dilation=dilation)
        return a[0], b, c
    p = padding
    n, h, w, k = image.shape
    f, g = filters.shape[1:3]
    whole = np.pad(grad, ((0, 0), (p, p + h * dilation + f * stride), (p, p + w * dilation + g * stride), (0, 0)))
    gi, gf = np.zeros(image.shape), np.zeros(filters.shape)
    for a in range(f):
        for b in range(g):
            y, x = a * stride, b * stride
            seen = whole[:, y:y + (h - 1) * dilation + 1:dilation, x:x + (w - 1) * dilation + 1:dilation]
            gi += seen @ filters[:, a, b].T
            gf[:, a, b] = np.einsum("nijk,nijc->kc", image, seen)
    return gi, gf, grad.sum(axis=(0, 1, 2))
