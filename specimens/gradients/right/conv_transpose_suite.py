"""The gradients of a transposed convolution: that of the image is a convolution.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def conv_transpose2d_backward(grad, image, filters, *, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    if image.ndim == 3:
        gi, gf, gb = conv_transpose2d_backward(
            grad[None], image[None], filters, stride=stride, padding=padding,
            output_padding=output_padding, dilation=dilation, groups=groups)
        return gi[0], gf, gb
    n, h, w, c = image.shape
    k, f, g, depth = filters.shape
    p = padding
    whole = np.pad(np.asarray(grad, float), ((0, 0), (p, p), (p, p), (0, 0)))
    gi, gf = np.zeros(image.shape), np.zeros(filters.shape)
    each = c // groups
    for m in range(groups):
        ks, cs = slice(m * each, (m + 1) * each), slice(m * depth, (m + 1) * depth)
        for a in range(f):
            for b in range(g):
                y, x = a * dilation, b * dilation
                seen = whole[:, y:y + (h - 1) * stride + 1:stride, x:x + (w - 1) * stride + 1:stride, cs]
                gi[..., ks] += np.einsum("nijd,kd->nijk", seen, filters[ks, a, b])
                gf[ks, a, b] += np.einsum("nijk,nijd->kd", image[..., ks], seen)
    return gi, gf, grad.sum(axis=(0, 1, 2))
