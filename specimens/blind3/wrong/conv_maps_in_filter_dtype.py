r"""The maps are stored in the dtype of the filters: under filters of whole numbers the sums lose their fractions.

says: whole.number|integer|truncat|fraction|cut off|rounded|dtype of the filters|filters.*(dtype|type|int)|\bint
shows: conv2d(whole(5, 5) / 4, whole(2, 3, 3).astype(int))
shows: conv2d(whole(5, 5, 2) / 4, whole(2, 3, 3, 2).astype("i2"), whole(2))
"""
import operator

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("real numbers only")
    if image.ndim not in (2, 3, 4):
        raise ValueError("image")
    if filters.ndim != (3 if image.ndim == 2 else 4):
        raise ValueError("filters")
    if image.ndim > 2 and filters.shape[3] != image.shape[-1]:
        raise ValueError("channels")
    K, f = filters.shape[:2]
    if filters.shape[2] != f or f % 2 == 0:
        raise ValueError("filters must be f x f, with f odd")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride")
    if padding not in ("valid", "same") or padding == "same" and stride > 1:
        raise ValueError("padding")
    dtype = np.result_type(*(a if a.dtype.kind == "f" else np.float64 for a in (image, filters)))
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "fiub":
            raise TypeError("real numbers only")
        if bias.shape != (K,):
            raise ValueError("bias")
        dtype = np.result_type(dtype, bias if bias.dtype.kind == "f" else np.float64)

    batch = image if image.ndim == 4 else image[None]
    if padding == "same":
        width = [(0, 0), (f // 2, f // 2), (f // 2, f // 2)] + [(0, 0)] * (batch.ndim - 3)
        batch = np.pad(batch, width)
    N, H, W = batch.shape[:3]
    if f > H or f > W:
        raise ValueError("filters do not fit")
    wide = np.result_type(dtype, np.float32)
    taps = filters.astype(wide)
    rows = (H - f) // stride + 1
    cols = (W - f) // stride + 1
    out = np.zeros((N, rows, cols, K), dtype=filters.dtype)
    for n in range(N):
        for i in range(rows):
            for j in range(cols):
                y, x = i * stride, j * stride
                window = batch[n, y:y + f, x:x + f].astype(wide)
                out[n, i, j] = (window * taps).reshape(K, -1).sum(axis=1)
    if bias is not None:
        out = out + bias
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
