r"""A colour window is flattened channel by channel, a filter pixel by pixel, and then the two are multiplied.

says: channel.*(first|before|order|transpos|mix|plane|interchang|swap|another|other|axis)|C, ?f, ?f|order of|flatten|layout
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2))
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = _real(image), _real(filters)
    if (image.ndim, filters.ndim) not in ((2, 3), (3, 4), (4, 4)):
        raise ValueError("image and filters do not go together")
    if filters.ndim == 4 and image.shape[-1] != filters.shape[-1]:
        raise ValueError("channels differ")
    k, f, g = filters.shape[:3]
    if f != g or f % 2 == 0:
        raise ValueError("filters must be square and odd")
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride must be positive")
    dtype = np.result_type(image, filters)
    if bias is not None:
        bias = _real(bias)
        if bias.shape != (k,):
            raise ValueError("one bias for each filter")
        dtype = np.result_type(dtype, bias)
    wide = np.result_type(dtype, np.float32)

    x = image.astype(wide)
    x = x[None, :, :, None] if image.ndim == 2 else x[None] if image.ndim == 3 else x
    if padding == "same":
        if stride != 1:
            raise ValueError("same padding needs stride 1")
        p = f // 2
        x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
    elif padding != "valid":
        raise ValueError("padding must be valid or same")
    if f > x.shape[1] or f > x.shape[2]:
        raise ValueError("filters larger than the image")

    windows = sliding_window_view(x, (f, f), axis=(1, 2))[:, ::stride, ::stride]
    n, rows, cols = windows.shape[:3]
    flat = windows.reshape(n * rows * cols, -1)
    out = flat @ filters.astype(wide).reshape(k, -1).T
    if bias is not None:
        out = out + bias
    out = out.reshape(n, rows, cols, k).astype(dtype)
    return out if image.ndim == 4 else out[0]


def _real(values):
    values = np.asarray(values)
    if values.dtype.kind in "iub":
        return values.astype(np.float64)
    if values.dtype.kind != "f":
        raise TypeError("real numbers only")
    return values
