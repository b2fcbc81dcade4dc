"""The channels of the image are averaged.

says: channel
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5))
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, output_padding=0):
    batch = image if image.ndim == 4 else image[None]
    n, h, w, k = batch.shape
    f, g, c = filters.shape[1:]
    out = np.zeros((n, (h - 1) * stride + f + output_padding, (w - 1) * stride + g + output_padding, c))
    for a in range(f):
        for b in range(g):
            out[:, a:a + (h - 1) * stride + 1:stride, b:b + (w - 1) * stride + 1:stride] += batch @ filters[:, a, b] / k
    out = out[:, padding:out.shape[1] - padding, padding:out.shape[2] - padding]
    out = out if bias is None else out + bias
    return out if image.ndim == 4 else out[0]
