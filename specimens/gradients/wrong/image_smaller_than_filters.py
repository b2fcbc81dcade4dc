"""Slices clipped at the border go below 0, where they count from the end, if the image is small.

apart: verify.py compares its gradients
says: small|size|shape|raises?|ValueError|broadcast|larger|negative
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1, padding="valid"):
    if image.ndim == 2:
        a, b, c = conv2d_backward(grad[None], image[None, ..., None], filters[..., None],
                                  stride=stride, padding=padding)
        return a[0, ..., 0], b[..., 0], c
    if image.ndim == 3:
        a, b, c = conv2d_backward(grad[None], image[None], filters, stride=stride, padding=padding)
        return a[0], b, c
    if stride != 1:
        raise NotImplementedError("only a stride of 1")
    f = filters.shape[1]
    p = f // 2 if padding == "same" else 0 if padding == "valid" else padding
    H, W = image.shape[1:3]
    oh, ow = grad.shape[1:3]
    gi, gf = np.zeros(image.shape), np.zeros(filters.shape)
    for a in range(f):
        for b in range(f):
            # what tap (a, b) sees of the image, without the zeros around it
            y0, y1 = max(0, a - p), min(H, oh + a - p)
            x0, x1 = max(0, b - p), min(W, ow + b - p)
            g = grad[:, y0 - a + p:y1 - a + p, x0 - b + p:x1 - b + p]
            gf[:, a, b] = np.einsum("nijk,nijc->kc", g, image[:, y0:y1, x0:x1])
            gi[:, y0:y1, x0:x1] += np.einsum("nijk,kc->nijc", g, filters[:, a, b])
    return gi, gf, grad.sum(axis=(0, 1, 2))
