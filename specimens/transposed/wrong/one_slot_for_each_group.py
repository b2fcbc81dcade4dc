"""With groups, every group writes to the maps of the first.

says: group
shows: conv_transpose2d(whole(3, 4, 4), whole(4, 3, 3, 3), groups=2)
"""
import numpy as np


def conv_transpose2d(image, filters, bias=None, *, stride=1, groups=1):
    x = np.asarray(image)
    batch = x if x.ndim == 4 else x[None]
    n, h, w, k = batch.shape
    f, g, each = filters.shape[1:]
    out = np.zeros((n, (h - 1) * stride + f, (w - 1) * stride + g, each * groups))
    per = k // groups
    for group in range(groups):
        mine = slice(group * per, (group + 1) * per)
        for a in range(f):
            for b in range(g):
                place = out[:, a:a + (h - 1) * stride + 1:stride, b:b + (w - 1) * stride + 1:stride]
                place[..., :each] += batch[..., mine] @ filters[mine, a, b]
    out = out if bias is None else out + bias
    return out if x.ndim == 4 else out[0]
