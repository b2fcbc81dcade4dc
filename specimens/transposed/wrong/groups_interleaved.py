"""Channel k belongs to group k % groups.

says: group
shows: conv_transpose2d(whole(3, 4, 4), whole(4, 3, 3, 3), groups=2)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0, groups=1):
    x = np.asarray(image)
    batch = x if x.ndim == 4 else x[None]
    n, h, w, k = batch.shape
    f, g, each = filters.shape[1:]
    out = np.zeros((n, (h - 1) * stride + f, (w - 1) * stride + g, each * groups))
    for channel in range(k):
        first = channel % groups * each
        for a in range(f):
            for b in range(g):
                place = out[:, a:a + (h - 1) * stride + 1:stride, b:b + (w - 1) * stride + 1:stride, first:first + each]
                place += batch[..., channel, None] * filters[channel, a, b]
    out = out[:, padding:out.shape[1] - padding, padding:out.shape[2] - padding]
    out = out if bias is None else out + bias
    return out if x.ndim == 4 else out[0]
