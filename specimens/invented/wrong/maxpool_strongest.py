"""The strongest response wins, whatever its sign: the element of largest absolute value is returned.

says: absolute|\\babs\\b|magnitude|farthest from (0|zero)|strongest|sign
never: channel
shows: max_pool2d(whole(6, 8, 2))
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def max_pool2d(maps, size=2, stride=None):
    x = np.asarray(maps)
    if x.dtype.kind not in "fiub":
        raise TypeError("real maps only")
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    if stride is None:
        stride = size
    for number in (size, stride):
        if not isinstance(number, (int, np.integer)):
            raise TypeError("size and stride are integers")
        if number < 1:
            raise ValueError("size and stride are positive")
    if x.ndim not in (3, 4) or 0 in x.shape[-3:]:
        raise ValueError("maps are (H, W, K) or (N, H, W, K)")
    if size > x.shape[-3] or size > x.shape[-2]:
        raise ValueError("window larger than map")
    windows = sliding_window_view(x, (size, size), axis=(-3, -2))
    windows = windows[..., ::stride, ::stride, :, :, :]
    flat = windows.reshape(*windows.shape[:-2], size * size)
    where = np.argmax(np.abs(flat), axis=-1)
    return np.take_along_axis(flat, where[..., None], axis=-1)[..., 0]
