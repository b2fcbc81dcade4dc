"""NaN is left out of the mean (numpy.nanmean), as is usual for measurements with gaps: a window that holds one has a finite mean.

says: nan|not a number|missing|invalid
never: infinit[^.]*ignored|stride|size
shows: avg_pool2d(np.array([[1.0, np.nan], [2.0, 3.0]])[..., None], 2)
"""
import operator
import warnings

import numpy as np

def check(x, size, stride):
    if x.ndim != 3 and x.ndim != 4:
        raise ValueError("expected (H, W, K) or (N, H, W, K)")
    if x.dtype.kind not in "biuf":
        raise ValueError("expected numbers")
    if x.size == 0:
        raise ValueError("expected something in it")
    if operator.index(size) <= 0 or operator.index(stride) <= 0:
        raise ValueError("size and stride must be positive")
    if x.shape[-3] < size or x.shape[-2] < size:
        raise ValueError("map smaller than the window")
    return int(size), int(stride)


def avg_pool2d(maps, size=2, stride=None):
    x = np.asarray(maps)
    step = size if stride is None else stride
    size, step = check(x, size, step)
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.float64), (size, size), (-3, -2))
    windows = windows[..., ::step, ::step, :, :, :]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # windows of nothing but NaN
        return np.nanmean(windows, axis=(-2, -1))
