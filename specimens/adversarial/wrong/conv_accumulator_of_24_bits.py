r"""Products are taken in double precision and added in single: neither the pixels nor the weights nor the result are rounded, but every partial sum is.

says: float32|single|precis|accura|round|last bits|wrong answers
never: ^\w+: (?!perhaps|in \d).*(maps|pixels|weights|image|filters|bias(es)?) (is|are) (rounded|cut|cast)
never: ^\w+: (?!perhaps|in \d).*(float16|bfloat16|TF32|decimals|whole numbers)
shows: conv2d(whole(6, 7, 2) / 7 * 1e6, whole(2, 3, 3, 2) / 3)
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
    size = kernels.shape[1]
    windows = windows_of(padded, size, stride)
    total = np.zeros((*windows.shape[:3], len(kernels)), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for a in range(size):
            for b in range(size):
                for c in range(kernels.shape[-1]):
                    product = windows[:, :, :, c, a, b, np.newaxis] * kernels[:, a, b, c]
                    total = (total + product).astype(np.float32)
    maps = total.astype(np.float64)
    if biases is not None:
        maps = maps + biases
    return maps if np.ndim(image) == 4 else maps[0]
