"""The maps lie channels-first inside and the bias is added without new axes if its length is that of the last axis: along the columns if W' is K.

says: bias[^.]*(column|axis|axes|broadcast|along|place|width|W'|position)|(broadcast|column)[^.]*bias
never: bias[^.]*(ignored|subtract|twice)
shows: conv2d(whole(6, 5), whole(3, 3, 3), np.array([10.0, 20.0, 30.0]))
"""
import numpy as np


def conv2d(image, filters, bias=None):
    x = np.asarray(image)
    w = np.asarray(filters)
    if x.dtype.kind not in "fiub" or w.dtype.kind not in "fiub":
        raise TypeError("x and w must be real")
    if x.ndim == 2 and w.ndim == 3:
        x, w = x[None], w[:, None]
    elif x.ndim == 3 and w.ndim == 4:
        x, w = x.transpose(2, 0, 1), w.transpose(0, 3, 1, 2)
    else:
        raise ValueError("x and w must both have channels or both have none")
    C, H, W = x.shape
    K, D, f, g = w.shape
    if C != D or C == 0:
        raise ValueError("different channels")
    if f != g or f % 2 == 0:
        raise ValueError("kernel must be square and odd")
    if f > H or f > W:
        raise ValueError("kernel must fit")
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(float), (f, f), axis=(1, 2))
    y = np.einsum("cijab,kcab->kij", windows, w.astype(float))
    if bias is not None:
        b = np.asarray(bias, dtype=float)
        if b.shape != (K,):
            raise ValueError("bias must be (K,)")
        y = y + (b if K == y.shape[-1] else b[:, None, None])
    return np.ascontiguousarray(y.transpose(1, 2, 0))
