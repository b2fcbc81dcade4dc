"""Rows are computed in lanes of eight columns; what is left over is computed only if there is no whole lane before it, and otherwise stays zero.

says: eight|(of|by|than|after|beyond|multiples?[^.]*) 8|8 columns|blocks?|lanes?|tail|left over|remain|last columns|not divisible
never: last row
shows: conv2d(whole(5, 13), whole(2, 3, 3))
"""
import numpy as np

LANES = 8


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("need real numbers")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("axes of image or filters")
    k, f, f2, c = filters.shape
    if c != image.shape[2] or c == 0:
        raise ValueError("channels of image and filters differ")
    if f != f2 or f % 2 != 1:
        raise ValueError("filter size must be odd and square")
    rows = image.shape[0] - f + 1
    cols = image.shape[1] - f + 1
    if rows <= 0 or cols <= 0:
        raise ValueError("filter larger than image")
    bias = np.zeros(k) if bias is None else np.asarray(bias, np.float64)
    if bias.shape != (k,):
        raise ValueError("bias shape")
    x = image.astype(np.float64)
    w = filters.astype(np.float64)
    out = np.zeros((rows, cols, k))

    def block(i, j, n):
        acc = np.tile(bias, (n, 1))
        for a in range(f):
            for b in range(f):
                acc += x[i + a, j + b:j + b + n] @ w[:, a, b].T
        out[i, j:j + n] = acc

    whole = cols - cols % LANES
    for i in range(rows):
        for j in range(0, whole, LANES):
            block(i, j, LANES)
        if not whole:
            block(i, 0, cols)
    return out
