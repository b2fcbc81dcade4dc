"""Two mistakes: the filters are rotated by 180 degrees, as in the mathematical convolution, and the loop over rows ends one too early, so that the last row is zero.

says: rotat|180|true convolution|flip|mirror|revers
says: (last|bottom)[^.]*row|row[^.]*(last|early|end|bottom)
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import numpy as np


def conv2d(image, filters):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("only real numbers")
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("only gray images")
    K, f, g = filters.shape
    if f != g or f % 2 == 0:
        raise ValueError("only square, odd filters")
    H, W = image.shape
    if f > H or f > W:
        raise ValueError("only filters that fit")
    out = np.zeros((H - f + 1, W - f + 1, K))
    for k in range(K):
        kernel = np.flipud(np.fliplr(filters[k])).astype(float)
        for i in range(H - f):
            for j in range(W - f + 1):
                out[i, j, k] = np.sum(image[i:i + f, j:j + f] * kernel)
    return out
