"""weights @ columns gives (K, H' * W'), and is reshaped to (H', W', K) where its axes should be transposed: the maps are torn apart.

says: reshap|(map|result|output|axes|axis)[^.]*(scrambl|mixed|torn|order|transpos|exchang|interleav|last axis|moved|K, ?H)|(transpos|moveaxis|order)[^.]*(map|axes|axis|result|output)
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import numpy as np


def im2col(image, f):
    h, w, c = image.shape
    rows, cols = h - f + 1, w - f + 1
    matrix = np.empty((f * f * c, rows * cols))
    line = 0
    for a in range(f):
        for b in range(f):
            for ch in range(c):
                matrix[line] = image[a:a + rows, b:b + cols, ch].ravel()
                line += 1
    return matrix, rows, cols


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if not all(a.dtype.kind in "fiub" for a in (image, filters)):
        raise TypeError("real arrays wanted")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[:, :, None], filters[:, :, :, None]
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("axes")
    k, f, g, c = filters.shape
    if (f, c) != (g, image.shape[2]) or f % 2 == 0 or c == 0:
        raise ValueError("filters must be odd squares with the image's channels")
    if f > min(image.shape[:2]):
        raise ValueError("the image is smaller than the filters")
    matrix, rows, cols = im2col(image, f)
    result = filters.reshape(k, -1).astype(float) @ matrix if k else np.empty((0, rows * cols))
    if bias is not None:
        bias = np.asarray(bias, float)
        if bias.shape != (k,):
            raise ValueError("bias")
        result += bias[:, None]
    return result.reshape(rows, cols, k)
