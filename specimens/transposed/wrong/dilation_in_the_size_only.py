"""The maps have room for the dilation, but the weights stay side by side.

says: dilation
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), dilation=2)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, dilation=1):
    batch = image if image.ndim == 4 else image[None]
    n, h, w, _ = batch.shape
    f, g, c = filters.shape[1:]
    out = np.zeros((n, (h - 1) * stride + dilation * (f - 1) + 1, (w - 1) * stride + dilation * (g - 1) + 1, c))
    for a in range(f):
        for b in range(g):
            out[:, a:a + (h - 1) * stride + 1:stride, b:b + (w - 1) * stride + 1:stride] += batch @ filters[:, a, b]
    out = out[:, padding:out.shape[1] - padding, padding:out.shape[2] - padding]
    out = out if bias is None else out + bias
    return out if image.ndim == 4 else out[0]
