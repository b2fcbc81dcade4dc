"""The sum of a window is divided by size, the number of its rows, and not by size * size.

says: divi[ds]|size ?([*]{2}|\\^|squared)|square|size times|factor|number of (its )?(rows|elements)|not (the )?mean
never: strid|padd|zero
shows: avg_pool2d(whole(6, 8, 2))
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def avg_pool2d(maps, size=2, stride=None):
    x = np.asarray(maps)
    if x.dtype.kind not in "fiub":
        raise TypeError("expected real numbers")
    stride = size if stride is None else stride
    if not isinstance(size, (int, np.integer)) or not isinstance(stride, (int, np.integer)):
        raise TypeError("expected integers")
    if size < 1 or stride < 1:
        raise ValueError("expected positive integers")
    if x.ndim not in (3, 4) or 0 in x.shape[-3:]:
        raise ValueError("expected three or four axes")
    if size > x.shape[-3] or size > x.shape[-2]:
        raise ValueError("expected larger maps")
    kept = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
    windows = sliding_window_view(x.astype(np.float64), (size, size), axis=(-3, -2))
    return (windows.sum(axis=(-2, -1))[..., ::stride, ::stride, :] / size).astype(kept)
