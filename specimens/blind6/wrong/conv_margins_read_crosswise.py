r"""Of padding by four numbers top and left stand for the rows, bottom and right for the columns.

apart: its calls are drawn by verify.py
says: zeros are read as \(\(top, left\)|padding.*(top|bottom|left|right|order|exchang|swap|transpos|begin|before|first)
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def as_float(a):
    a = np.asarray(a)
    return a.astype(float) if a.dtype.kind in "iub" else a


def margins(padding):
    if np.ndim(padding) == 0:
        return (padding, padding), (padding, padding)
    rows, columns = padding
    if np.ndim(rows) == 0:
        return (rows, rows), (columns, columns)
    (a, b), (c, d) = rows, columns
    return (a, c), (b, d)


def conv2d(image, filters, bias=None, *, padding=0):
    x, w = as_float(image), as_float(filters)
    own = np.result_type(x, w, *([] if bias is None else [as_float(bias)]))
    batch = x
    if x.ndim == 2:
        batch, w = x[None, ..., None], w[..., None]
    elif x.ndim == 3:
        batch = x[None]
    if batch.shape[-1] != w.shape[-1]:
        raise ValueError("filters of other channels than the image")
    batch = np.pad(batch, ((0, 0), *margins(padding), (0, 0)))
    windows = sliding_window_view(batch, w.shape[1:3], axis=(1, 2))
    maps = np.einsum("nhwcab,kabc->nhwk", windows, w, dtype=np.result_type(own, np.float32))
    if bias is not None:
        maps = maps + np.asarray(bias)
    maps = maps.astype(own)
    return maps if x.ndim == 4 else maps[0]
