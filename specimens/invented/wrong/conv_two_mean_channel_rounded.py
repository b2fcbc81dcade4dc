"""Two mistakes: the channels are averaged where they should be summed, and the result is rounded to whole numbers.

says: (mean|average)[^.]*channel|channels?[^.]*(mean|averag|divid)|divid[^.]*channel
says: round|whole|integer|fraction|truncat
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2))
shows: conv2d(whole(5, 6), whole(2, 3, 3) / 4)
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def conv2d(image, filters, *, stride=1):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("only real arrays")
    if stride != int(stride):
        raise TypeError("only whole strides")
    if stride < 1:
        raise ValueError("stride < 1")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if image.ndim != 3 or filters.ndim != 4 or image.shape[2] != filters.shape[3]:
        raise ValueError("image and filters have different axes or channels")
    k, f, g, c = filters.shape
    if f != g or f % 2 == 0:
        raise ValueError("filters are odd and square")
    h, w = image.shape[:2]
    if f > h or f > w or c == 0:
        raise ValueError("filters do not fit")
    x = np.ascontiguousarray(image, dtype=np.float64)
    s0, s1, s2 = x.strides
    shape = ((h - f) // stride + 1, (w - f) // stride + 1, f, f, c)
    windows = as_strided(x, shape, (stride * s0, stride * s1, s0, s1, s2), writeable=False)
    each = np.einsum("ijabc,kabc->ijkc", windows, filters.astype(np.float64))
    return np.round(each.mean(axis=-1))
