"""Every group of filters gets the biases of the first group.

apart: its calls are drawn by verify.py
says: bias.*(first )?group|group.*bias
"""

import numpy as np


def floats(a):
    a = np.asarray(a)
    return a if a.dtype.kind == "f" else a.astype("f8")


def _group(x, w, b, s, p):
    x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    k, f, g, c = w.shape
    oh, ow = (x.shape[1] - f) // s + 1, (x.shape[2] - g) // s + 1
    cols = np.empty((len(x), oh, ow, f * g * c), x.dtype)
    for i in range(oh):
        for j in range(ow):
            cols[:, i, j] = x[:, i * s : i * s + f, j * s : j * s + g].reshape(len(x), f * g * c)
    return cols @ w.reshape(k, -1).T + b


def conv2d(image, filters, bias=None, *, stride=1, padding=0, groups=1):
    x, w = floats(image), floats(filters)
    b = np.zeros(len(w), w.dtype) if bias is None else floats(bias)
    own = np.result_type(x, w, b)
    wide = np.result_type(own, "f4")
    x4 = x
    if x.ndim == 2:
        x4, w = x[None, :, :, None], w[..., None]
    elif x.ndim == 3:
        x4 = x[None]
    per = len(w) // groups
    depth = x4.shape[3] // groups
    if depth * groups != x4.shape[3] or depth != w.shape[3] or len(b) != len(w):
        raise ValueError("shapes do not go together")
    parts = []
    for g in range(groups):
        own_filters = w[g * per : (g + 1) * per]
        own_image = x4[..., g * depth : (g + 1) * depth]
        own_bias = b[:per]
        parts.append(_group(own_image.astype(wide), own_filters.astype(wide), own_bias, stride, padding))
    maps = np.concatenate(parts, axis=-1).astype(own)
    return maps if x.ndim == 4 else maps[0]
