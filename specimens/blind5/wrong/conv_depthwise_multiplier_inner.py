"""Where each group has one channel there is a path of its own, and in it the maps take turns: map k sees channel k % groups, as if the multiplier came first.

says: turns|interleav|k % |(group|channel)[^.]*(order|map|wrong|other|modulo)|depthwise|multiplier
shows: conv2d(np.arange(18.0).reshape(3, 3, 2), np.ones((4, 3, 3, 1)), groups=2)
"""
import numpy as np


def number(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "biu" else a


def conv2d(image, filters, bias=None, *, stride=1, groups=1):
    image, filters = number(image), number(filters)
    x = image[..., None] if image.ndim == 2 else image
    w = filters[..., None] if filters.ndim == 3 else filters
    x = x if x.ndim == 4 else x[None]
    dtype = np.result_type(image, filters) if bias is None else np.result_type(image, filters, number(bias))
    wide = np.result_type(dtype, np.float32)
    x, w = x.astype(wide), w.astype(wide)
    k, fh, fw, cg = w.shape
    if x.shape[-1] != cg * groups or k % groups:
        raise ValueError("channels and groups do not match")
    win = np.lib.stride_tricks.sliding_window_view(x, (fh, fw), axis=(1, 2))[:, ::stride, ::stride]
    y = np.empty((*win.shape[:3], k), wide)
    per = k // groups
    for m in range(k):
        if cg == 1 and groups > 1:
            y[..., m] = (win[:, :, :, m % groups] * w[m, :, :, 0]).sum((-2, -1))
        else:
            first = m // per * cg
            y[..., m] = np.einsum("nhwcab,abc->nhw", win[:, :, :, first:first + cg], w[m])
    if bias is not None:
        y = y + number(bias)
    y = y.astype(dtype)
    return y if image.ndim == 4 else y[0]
