"""The filters' gradient is made anew for every group: the last one is left.

apart: verify.py compares its gradients
says: group
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1, groups=1):
    if image.ndim == 2:
        a, b, c = conv2d_backward(grad[None], image[None, ..., None], filters[..., None], stride=stride)
        return a[0, ..., 0], b[..., 0], c
    if image.ndim == 3:
        a, b, c = conv2d_backward(grad[None], image[None], filters, stride=stride, groups=groups)
        return a[0], b, c
    k, f, _, depth = filters.shape
    per = k // groups
    gi = np.zeros(image.shape)
    for m in range(groups):
        gf = np.zeros(filters.shape)
        ks, cs = slice(m * per, (m + 1) * per), slice(m * depth, (m + 1) * depth)
        for i in range(grad.shape[1]):
            for j in range(grad.shape[2]):
                ys, xs = slice(i * stride, i * stride + f), slice(j * stride, j * stride + f)
                gf[ks] += np.einsum("nk,nabc->kabc", grad[:, i, j, ks], image[:, ys, xs, cs])
                gi[:, ys, xs, cs] += np.einsum("nk,kabc->nabc", grad[:, i, j, ks], filters[ks])
    return gi, gf, grad.sum(axis=(0, 1, 2))
