"""With a stride the results stay at the places of their windows, with zeros between them.

apart: verify.py compares it
says: stride|zeros between|place|spread|apart|scatter
never: rounded|precision
"""
import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    f = filters.shape[1]
    if padding == "same":
        p = (f - 1) // 2
        image = np.pad(image, ((p, p), (p, p)) + ((0, 0),) * (image.ndim - 2))
    h, w = image.shape[:2]
    k = len(filters)
    oh, ow = (h - f) // stride + 1, (w - f) // stride + 1
    out = np.zeros((h - f + 1, w - f + 1, k))
    for i in range(0, h - f + 1, stride):
        for j in range(0, w - f + 1, stride):
            patch = image[i : i + f, j : j + f]
            for m in range(k):
                out[i, j, m] = np.sum(patch * filters[m], dtype=float)
                if bias is not None:
                    out[i, j, m] += bias[m]
    return out[:oh, :ow]
