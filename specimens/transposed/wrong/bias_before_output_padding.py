"""The bias is added before the rows and columns of output_padding are appended.

says: bias
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 2, 2, 5), whole(5), stride=3, output_padding=1)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, output_padding=0):
    batch = image if image.ndim == 4 else image[None]
    n, h, w, _ = batch.shape
    f, g, c = filters.shape[1:]
    out = np.zeros((n, (h - 1) * stride + f, (w - 1) * stride + g, c))
    for a in range(f):
        for b in range(g):
            out[:, a:a + (h - 1) * stride + 1:stride, b:b + (w - 1) * stride + 1:stride] += batch @ filters[:, a, b]
    if bias is not None:
        out += bias
    out = np.pad(out, ((0, 0), (0, output_padding), (0, output_padding), (0, 0)))
    return out if image.ndim == 4 else out[0]
