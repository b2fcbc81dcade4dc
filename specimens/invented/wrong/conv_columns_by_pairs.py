"""Columns are computed two at a time, to use each pixel twice; if the number of columns is odd the last one stays zero.

says: (last|right(most)?)[^.]*column|column[^.]*(last|left over|right)
says: \\b(odd|even|pairs?|twos?|2)\\b
never: last row
shows: conv2d(whole(5, 7), whole(2, 3, 3))
"""
import numpy as np


def conv2d(image, filters):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("arrays of real numbers")
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("one gray image and its filters")
    count, f, g = filters.shape
    if f != g:
        raise ValueError(f"filters of {f}x{g} are not square")
    if f % 2 == 0:
        raise ValueError(f"filters of {f}x{f} have no centre")
    rows, cols = image.shape[0] - f + 1, image.shape[1] - f + 1
    if rows < 1 or cols < 1:
        raise ValueError("the filters do not fit")
    x = image.astype(np.float64)
    w = filters.astype(np.float64)
    out = np.zeros((rows, cols, count))
    for i in range(rows):
        for j in range(0, cols - 1, 2):
            left, right = np.zeros(count), np.zeros(count)
            for a in range(f):
                for b in range(f):
                    left += w[:, a, b] * x[i + a, j + b]
                    right += w[:, a, b] * x[i + a, j + 1 + b]
            out[i, j], out[i, j + 1] = left, right
    if cols == 1:
        for i in range(rows):
            out[i, 0] = (x[i:i + f] * w).sum(axis=(1, 2))
    return out
