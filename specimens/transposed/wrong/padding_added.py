"""Padding as in a convolution: the image gets zeros around it, and nothing is cut away.

says: padding|zeros are put around the image
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), padding=1)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, stride=1, padding=0):
    images = image if image.ndim == 4 else image[None]
    images = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    n, h, w, _ = images.shape
    f, g, c = filters.shape[1:]
    out = np.zeros((n, (h - 1) * stride + f, (w - 1) * stride + g, c))
    for a in range(f):
        for b in range(g):
            out[:, a:a + (h - 1) * stride + 1:stride, b:b + (w - 1) * stride + 1:stride] += images @ filters[:, a, b]
    out = out if bias is None else out + bias
    return out if image.ndim == 4 else out[0]
