"""Zeros between the pixels, and then a plain correlation: the filters are not turned.

says: turned|rotated
shows: conv_transpose2d(whole(3, 4, 2), whole(2, 3, 3, 5), stride=2)
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv_transpose2d(image, filters, bias=None, *, stride=1, padding=0):
    x, w = np.asarray(image, float), np.asarray(filters, float)
    batch = x if x.ndim == 4 else x[None]
    if batch.shape[-1] != w.shape[0]:
        raise ValueError("channels")
    fh, fw = w.shape[1:3]
    n, h, wd, k = batch.shape
    big = np.zeros((n, (h - 1) * stride + 1, (wd - 1) * stride + 1, k))
    big[:, ::stride, ::stride] = batch
    big = np.pad(big, [(0, 0), (fh - 1 - padding,) * 2, (fw - 1 - padding,) * 2, (0, 0)])
    out = np.einsum("nhwkab,kabc->nhwc", sliding_window_view(big, (fh, fw), axis=(1, 2)), w)
    out = out if bias is None else out + bias
    return out if x.ndim == 4 else out[0]
