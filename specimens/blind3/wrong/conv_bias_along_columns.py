r"""The bias is added along the columns of the maps if there are as many of them as filters.

says: bias.*(column|broadcast|axis|axes|as many|equal|same number|along|another|wrong)|column.*bias
shows: conv2d(whole(5, 6), whole(4, 3, 3), whole(4))
"""
import operator

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    img, ker = np.asarray(image), np.asarray(filters)
    if img.dtype.kind not in "fiub" or ker.dtype.kind not in "fiub":
        raise TypeError("expected numbers")
    img = img if img.dtype.kind == "f" else img.astype(np.float64)
    ker = ker if ker.dtype.kind == "f" else ker.astype(np.float64)
    stride = operator.index(stride)
    if stride <= 0:
        raise ValueError("stride")
    if ker.ndim == 3 and img.ndim == 2:
        x, w = img[None, None], ker[:, None]
    elif ker.ndim == 4 and img.ndim == 3:
        x, w = img.transpose(2, 0, 1)[None], ker.transpose(0, 3, 1, 2)
    elif ker.ndim == 4 and img.ndim == 4:
        x, w = img.transpose(0, 3, 1, 2), ker.transpose(0, 3, 1, 2)
    else:
        raise ValueError("dimensions")
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    f = w.shape[2]
    if w.shape[3] != f or not f & 1:
        raise ValueError("filter size")
    dtype = np.result_type(img, ker)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "fiub":
            raise TypeError("expected numbers")
        if bias.dtype.kind != "f":
            bias = bias.astype(np.float64)
        if bias.shape != (len(w),):
            raise ValueError("bias")
        dtype = np.result_type(dtype, bias)
    if padding == "same" and stride == 1:
        x = np.pad(x, ((0, 0), (0, 0), (f // 2, f // 2), (f // 2, f // 2)))
    elif padding != "valid":
        raise ValueError("padding")
    if x.shape[2] < f or x.shape[3] < f:
        raise ValueError("filter too big")

    win = np.lib.stride_tricks.sliding_window_view(x, (f, f), (2, 3))[:, :, ::stride, ::stride]
    acc = np.result_type(dtype, np.float32)
    y = np.einsum("nchwab,kcab->nkhw", win.astype(acc), w.astype(acc), optimize=True)
    if bias is not None:
        try:
            y += bias
        except ValueError:
            y += bias[:, None, None]
    y = y.transpose(0, 2, 3, 1).astype(dtype)
    return y if img.ndim == 4 else y[0]
