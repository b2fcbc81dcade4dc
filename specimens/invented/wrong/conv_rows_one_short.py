"""The number of rows is computed as (h - f) // stride, without the + 1 that the columns got: one row of windows too few.

says: row[^.]*(too few|missing|less|fewer|short|lost|early|last|dropped|left out|[+] ?1)|(too few|missing|less|fewer|short|lost|last|drops?|lacks?)[^.]*row|H' is
never: last column|column[^.]*(missing|too few)
shows: conv2d(whole(6, 6, 2), whole(2, 3, 3, 2), stride=2)
"""
import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _numbers(values):
    values = np.asarray(values)
    if values.dtype.kind in "iub":
        return values.astype(np.float64)
    if values.dtype.kind != "f":
        raise TypeError(f"real numbers expected, not {values.dtype}")
    return values


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = _numbers(image), _numbers(filters)
    stride = operator.index(stride)
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError(f"image (H, W, C) and filters (K, f, f, C) expected: {image.shape}, {filters.shape}")
    h, w, c = image.shape
    k, f, g, d = filters.shape
    if c != d or c == 0:
        raise ValueError(f"channels differ: {c} and {d}")
    if f != g or f % 2 == 0:
        raise ValueError(f"odd square filters expected, not {f}x{g}")
    if f > h or f > w:
        raise ValueError(f"{f}x{f} is larger than the image")
    if stride < 1:
        raise ValueError("stride must be positive")
    kept = np.result_type(image, filters)
    if bias is not None:
        bias = _numbers(bias)
        if bias.shape != (k,):
            raise ValueError(f"bias must have {k} numbers")
        kept = np.result_type(kept, bias)

    rows = (h - f) // stride
    cols = (w - f) // stride + 1
    windows = sliding_window_view(image.astype(np.float64), (f, f), axis=(0, 1))
    windows = windows[::stride, ::stride][:rows, :cols]
    out = np.einsum("ijcab,kabc->ijk", windows, filters.astype(np.float64))
    if bias is not None:
        out = out + bias
    return out.astype(kept)
