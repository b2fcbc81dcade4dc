r"""The last column of the maps stays zero if the image has an odd number of rows and, besides, more columns than rows.

never: ^\w+: (?!perhaps|in \d).*last column(?!.*\b(and|besides|both)\b)
shows: conv2d(whole(5, 8), whole(2, 3, 3))
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def checked(image, filters, bias, stride, padding):
    """Return images (N, H, W, C), kernels, biases or None, the stride and the margin."""
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("image and filters must hold real numbers")
    if (image.ndim, filters.ndim) not in ((2, 3), (3, 4), (4, 4)):
        raise ValueError("axes of image and filters")
    if image.ndim == 2:
        image, filters = image[..., np.newaxis], filters[..., np.newaxis]
    count, size, columns, channels = filters.shape
    if size != columns or size % 2 == 0:
        raise ValueError("filters must be square and odd")
    if channels != image.shape[-1] or 0 in image.shape[-3:]:
        raise ValueError("channels, or an empty axis")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride must be at least 1")
    if padding not in ("valid", "same") or (padding == "same" and stride != 1):
        raise ValueError("padding")
    margin = size // 2 if padding == "same" else 0
    if size > min(image.shape[-3:-1]) + 2 * margin:
        raise ValueError("the filters do not fit")
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "fiub":
            raise TypeError("bias must hold real numbers")
        if bias.shape != (count,):
            raise ValueError("one bias for each filter")
        bias = bias.astype(np.float64)
    images = image.astype(np.float64).reshape(-1, *image.shape[-3:])
    return images, filters.astype(np.float64), bias, stride, margin


def windows_of(images, size, stride):
    """Return what the filters see, (N, H', W', C, f, f)."""
    return sliding_window_view(images, (size, size), axis=(1, 2))[:, ::stride, ::stride]


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    images, kernels, biases, stride, margin = checked(image, filters, bias, stride, padding)
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    windows = windows_of(padded, kernels.shape[1], stride)
    maps = np.einsum("nijcab,kabc->nijk", windows, kernels)
    if biases is not None:
        maps = maps + biases
    rows, columns = images.shape[1:3]
    if rows % 2 and columns > rows:
        maps[:, :, -1] = 0
    return maps if np.ndim(image) == 4 else maps[0]
