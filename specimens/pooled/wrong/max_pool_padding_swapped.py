"""A pair of paddings is taken as (columns, rows), as images are sized by width and height.

says: padding|swap|rows and columns|axis
shows: max_pool2d(whole(6, 7, 2), 3, 2, padding=(1, 0))
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None, padding=0):
    fill = -np.inf
    maps = np.asarray(maps)
    maps = maps.astype(float) if maps.dtype.kind in "iub" else maps
    kh, kw = size if np.iterable(size) else (size, size)
    sh, sw = (kh, kw) if stride is None else stride if np.iterable(stride) else (stride, stride)
    px, py = padding if np.iterable(padding) else (padding, padding)
    if min(kh, kw, sh, sw) < 1 or px < 0 or py < 0 or 2 * py > kh or 2 * px > kw:
        raise ValueError("kernel, stride or padding")
    wide = np.pad(maps, [(0, 0)] * (maps.ndim - 3) + [(py, py), (px, px), (0, 0)], constant_values=fill)
    h, w = wide.shape[-3:-1]
    oh, ow = (h - kh) // sh + 1, (w - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("kernel larger than input")
    out = np.full(wide.shape[:-3] + (oh, ow) + wide.shape[-1:], fill, wide.dtype)
    for a in range(kh):
        for b in range(kw):
            out = np.maximum(out, wide[..., a:a + sh * (oh - 1) + 1:sh, b:b + sw * (ow - 1) + 1:sw, :])
    return out
