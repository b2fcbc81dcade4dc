r"""Every pixel is scattered into a flat map, and only the flat index is checked: what leaves a row lands in the row beside it.

says: wrap|(next|previous|neighbou?ring|other|before|beside|above|below).*(row|line)|(left|right|first|last|outer).*column|edge|border|flat|around|circular
shows: conv2d(whole(6, 7), whole(2, 3, 3))
"""
import operator

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image = _read(image)
    filters = _read(filters)
    if image.ndim == 4:
        x = image
    elif image.ndim == 3:
        x = image[None]
    elif image.ndim == 2:
        x = image[None, :, :, None]
    else:
        raise ValueError("image")
    if filters.ndim != min(image.ndim + 1, 4):
        raise ValueError("filters")
    w = filters if filters.ndim == 4 else filters[..., None]
    k, f, g, c = w.shape
    if f != g or f % 2 == 0 or c != x.shape[3]:
        raise ValueError("filters")
    s = operator.index(stride)
    if s < 1:
        raise ValueError("stride")
    dtype = np.result_type(x, w)
    if bias is not None:
        bias = _read(bias)
        if bias.shape != (k,):
            raise ValueError("bias")
        dtype = np.result_type(dtype, bias)
    if padding == "same" and s == 1:
        x = np.pad(x, ((0, 0), (f // 2, f // 2), (f // 2, f // 2), (0, 0)))
    elif padding != "valid":
        raise ValueError("padding")
    n, h, width, _ = x.shape
    if f > h or f > width:
        raise ValueError("filters are larger than the image")
    rows, cols = (h - f) // s + 1, (width - f) // s + 1

    acc = np.result_type(dtype, np.float32)
    x, w = x.astype(acc), w.astype(acc)
    out = np.zeros((rows * cols, n, k), acc)
    for a in range(f):
        for b in range(f):
            for i in range(a % s, h, s):
                for j in range(b % s, width, s):
                    to = (i - a) // s * cols + (j - b) // s
                    if 0 <= to < rows * cols:
                        out[to] += x[:, i, j] @ w[:, a, b].T
    if bias is not None:
        out += bias.astype(acc)
    out = np.moveaxis(out.reshape(rows, cols, n, k), 2, 0).astype(dtype)
    return out if image.ndim == 4 else out[0]


def _read(a):
    a = np.asarray(a)
    if a.dtype.kind not in "fiub":
        raise TypeError("not numbers")
    return a if a.dtype.kind == "f" else a.astype(np.float64)
