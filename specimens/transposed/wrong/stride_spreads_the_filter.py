"""The stride lies between the weights and not between the pixels.

says: stride
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1):
    h, w, _ = image.shape
    f, g, c = filters.shape[1:]
    out = np.zeros((h + (f - 1) * stride, w + (g - 1) * stride, c))
    for a in range(f):
        for b in range(g):
            out[a * stride:a * stride + h, b * stride:b * stride + w] += image @ filters[:, a, b]
    return out if bias is None else out + bias
