"""The gradient of the image is laid out with as many columns as rows.

apart: verify.py compares its gradients
says: square|oblong|height|width|rows|columns|shape
"""
import numpy as np


def conv2d_backward(grad, image, filters, *, stride=1):
    if image.ndim == 2:
        a, b, c = conv2d_backward(grad, image[:, :, None], filters[..., None], stride=stride)
        return a[:, :, 0], b[..., 0], c
    if image.ndim == 3:
        a, b, c = conv2d_backward(grad[None], image[None], filters, stride=stride)
        return a[0], b, c
    n, size, _, channels = image.shape
    out = grad.shape[1]
    k, f = filters.shape[:2]
    grad_image = np.zeros((n, size, size, channels))
    grad_filters = np.zeros(filters.shape)
    for i in range(out):
        for j in range(out):
            y, x = i * stride, j * stride
            grad_filters += np.einsum("nk,nabc->kabc", grad[:, i, j], image[:, y:y + f, x:x + f])
            grad_image[:, y:y + f, x:x + f] += np.einsum("nk,kabc->nabc", grad[:, i, j], filters)
    return grad_image, grad_filters, grad.sum((0, 1, 2))
