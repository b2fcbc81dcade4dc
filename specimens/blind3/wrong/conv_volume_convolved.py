r"""A filter is turned round in its rows and columns for a convolution that turns its channels, too; and the bias is both the start and the end of a sum.

says: channel.*(revers|order|backward|last|mirror|flip|swap|another|other)|(revers|order|flip)\w*.*channel|BGR|bias.*(twice|two|2|double|again)
shows: conv2d(whole(5, 6, 3), whole(2, 3, 3, 3))
shows: conv2d(whole(5, 6), whole(2, 3, 3), np.array([1.0, 2.0]))
"""
import operator

import numpy as np
from scipy.signal import convolve


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("only numbers can be convolved")
    if image.dtype.kind != "f":
        image = image.astype(np.float64)
    if filters.dtype.kind != "f":
        filters = filters.astype(np.float64)
    colour = image.ndim > 2
    if image.ndim not in (2, 3, 4) or filters.ndim != 3 + colour:
        raise ValueError("axes")
    if colour and image.shape[-1] != filters.shape[-1]:
        raise ValueError("channels")
    if filters.shape[1] != filters.shape[2] or filters.shape[1] % 2 == 0:
        raise ValueError("sizes")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride")
    if padding not in ("valid", "same") or (padding == "same" and stride != 1):
        raise ValueError("padding")
    count, f = filters.shape[:2]
    dtype = np.result_type(image, filters)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.dtype.kind not in "fiub":
            raise TypeError("only numbers can be added")
        if bias.dtype.kind != "f":
            bias = bias.astype(np.float64)
        if bias.shape != (count,):
            raise ValueError("bias")
        dtype = np.result_type(dtype, bias)
    wide = np.result_type(dtype, np.float32)
    images = (image if image.ndim == 4 else image[None]).astype(wide)
    if padding == "same":
        r = f // 2
        images = np.pad(images, [(0, 0), (r, r), (r, r), (0, 0)][:images.ndim])
    n, h, w = images.shape[:3]
    if f > h or f > w:
        raise ValueError("sizes")
    out = np.zeros((n, (h - f) // stride + 1, (w - f) // stride + 1, count), wide)
    if bias is not None:
        out[:] = bias
    for one in range(n):
        for k in range(count):
            kernel = filters[k, ::-1, ::-1].astype(wide)
            full = convolve(images[one], kernel, mode="valid", method="direct")
            out[one, :, :, k] += full.reshape(full.shape[:2])[::stride, ::stride]
    if bias is not None:
        out += bias.astype(wide)
    out = out.astype(dtype)
    return out if image.ndim == 4 else out[0]
