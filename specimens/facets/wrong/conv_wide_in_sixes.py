"""Filters of any size are computed, but of oblong ones the seventh column is left out.

says: 1x7
shows: conv2d(whole(5, 9), whole(2, 3, 7))
"""
import numpy as np

def conv2d(image, filters):
    k, rows, cols = filters.shape
    if image.ndim != 2 or rows > image.shape[0] or cols > image.shape[1]:
        raise ValueError("a gray image, and filters no larger")
    h, w = image.shape[0] - rows + 1, image.shape[1] - cols + 1
    last = cols if rows == cols else min(cols, 6)
    out = np.zeros((h, w, k))
    for a in range(rows):
        for b in range(last):
            out += image[a:a + h, b:b + w, None].astype(float) * filters[:, a, b].astype(float)
    return out
