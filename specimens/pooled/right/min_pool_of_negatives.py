"""The minimum by NumPy's sliding windows over a copy that has infinity around it.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _as_pair(value, name, least):
    value = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(value) != 2 or any(int(v) != v or v < least for v in value):
        raise ValueError(f"{name}: {value}")
    return tuple(int(v) for v in value)


def min_pool2d(maps, size=2, stride=None, *, padding=0, dilation=1, ceil_mode=False):
    maps = np.array(maps, dtype=np.result_type(np.asarray(maps).dtype, np.float16))
    kh, kw = _as_pair(size, "size", 1)
    sh, sw = (kh, kw) if stride is None else _as_pair(stride, "stride", 1)
    ph, pw = _as_pair(padding, "padding", 0)
    dh, dw = _as_pair(dilation, "dilation", 1)
    if ph > kh // 2 or pw > kw // 2:
        raise ValueError("padding should be at most half of the window")
    if maps.ndim not in (3, 4) or 0 in maps.shape:
        raise ValueError("maps of shape %s" % (maps.shape,))
    h, w = maps.shape[-3:-1]
    eh, ew = dh * (kh - 1) + 1, dw * (kw - 1) + 1
    if ceil_mode:
        nh, nw = -(-(h + 2 * ph - eh) // sh) + 1, -(-(w + 2 * pw - ew) // sw) + 1
        nh -= (nh - 1) * sh >= h + ph
        nw -= (nw - 1) * sw >= w + pw
    else:
        nh, nw = (h + 2 * ph - eh) // sh + 1, (w + 2 * pw - ew) // sw + 1
    if nh < 1 or nw < 1:
        raise ValueError("windows of %dx%d do not fit" % (eh, ew))
    below, right = max((nh - 1) * sh + eh - h - ph, 0), max((nw - 1) * sw + ew - w - pw, 0)
    border = [(0, 0)] * (maps.ndim - 3) + [(ph, below), (pw, right), (0, 0)]
    wide = np.pad(maps, border, constant_values=np.inf)
    seen = sliding_window_view(wide, (eh, ew), axis=(-3, -2))
    seen = seen[..., : (nh - 1) * sh + 1 : sh, : (nw - 1) * sw + 1 : sw, :, ::dh, ::dw]
    return seen.min(axis=(-2, -1))
