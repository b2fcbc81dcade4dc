"""The pixels are flattened with order="K", in the order in which they lie in memory, and read as if that were C order: transposed or Fortran-ordered images are scrambled.

says: layout|memory|strides of the array|fortran|F[- ]order|C[- ]order|contiguous|transposed (view|image|array)|order="?K
never: (kernel|filter)s? (is|are) (transpos|rotat|flip)
shows: conv2d(np.asfortranarray(whole(5, 6)), whole(2, 3, 3))
"""
import operator

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("real numbers, please")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride below 1")
    if (image.ndim, filters.ndim) not in [(2, 3), (3, 4)]:
        raise ValueError("one image at a time: (H, W) or (H, W, C)")
    h, w = image.shape[:2]
    c = 1 if image.ndim == 2 else image.shape[2]
    k, f, f2 = filters.shape[:3]
    if filters.size != k * f * f2 * c or c == 0:
        raise ValueError("the filters have other channels")
    if f != f2 or f % 2 == 0:
        raise ValueError("the filters are not odd squares")
    if f > h or f > w:
        raise ValueError("the filters are too large")
    if bias is not None and np.shape(bias) != (k,):
        raise ValueError("the bias is not (K,)")

    pixels = image.ravel(order="K").astype(np.float64)  # flat, as in C
    weights = filters.reshape(k, f * f * c).astype(np.float64)
    # where the pixels of the first window are, and how far each window lies behind it
    a, b, d = np.ogrid[:f, :f, :c]
    window = ((a * w + b) * c + d).ravel()
    rows, cols = (h - f) // stride + 1, (w - f) // stride + 1
    i, j = np.ogrid[:rows, :cols]
    start = (i * stride * w + j * stride) * c
    maps = pixels[start[..., None] + window] @ weights.T
    return maps if bias is None else maps + np.asarray(bias)
