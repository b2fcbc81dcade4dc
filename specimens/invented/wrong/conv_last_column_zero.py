"""The loop over columns ends at w - 1, since its author counts from zero and takes one off twice: the last column stays zero.

says: (last|right(most)?)[^.]*column|column[^.]*(last|early|end|right)
never: last rows?\\b
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import numpy as np


def conv2d(image, filters):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("image and filters must be numbers")
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("one gray image (H, W) and filters (K, f, f), please")
    n_filters, f, f2 = filters.shape
    if f != f2 or f % 2 == 0:
        raise ValueError("filters must be square and of odd size")
    if image.shape[0] < f or image.shape[1] < f:
        raise ValueError("the filter does not fit into the image")

    h = image.shape[0] - f + 1
    w = image.shape[1] - f + 1
    out = np.zeros((h, w, n_filters))
    for k in range(n_filters):
        for i in range(0, h):
            for j in range(0, w - 1):
                region = image[i:i + f, j:j + f].astype(np.float64)
                out[i, j, k] = np.sum(region * filters[k])
    return out
