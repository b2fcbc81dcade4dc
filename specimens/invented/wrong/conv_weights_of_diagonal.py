"""A slip of the pen in four nested loops: the weight is filters[k, a, a], not filters[k, a, b], so that only the diagonal of a filter is read.

says: diagonal|\\ba, ?a\\b|(weight|column|filter)[^.]*(same index|row'?s? (index|number)|index|twice)|(index|a)[^.]*twice
never: rotat|flip|transpos
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2))
"""
import numpy as np


def conv2d(image, filters):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("float or integer arrays only")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = np.expand_dims(image, 2), np.expand_dims(filters, 3)
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("image: (H, W) or (H, W, C); filters: (K, f, f) or (K, f, f, C)")
    H, W, C = image.shape
    K, f, f_, C_ = filters.shape
    if C != C_ or not C:
        raise ValueError("C")
    if f != f_ or not f % 2:
        raise ValueError("f")
    if f > H or f > W:
        raise ValueError("H, W")
    image = image.astype(float)
    filters = filters.astype(float)
    maps = np.zeros((H - f + 1, W - f + 1, K))
    for k in range(K):
        for a in range(f):
            for b in range(f):
                for c in range(C):
                    maps[:, :, k] += image[a:a + H - f + 1, b:b + W - f + 1, c] * filters[k, a, a, c]
    return maps
