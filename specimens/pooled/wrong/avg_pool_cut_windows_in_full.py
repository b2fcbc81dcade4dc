"""Windows that are cut at the end are divided by the whole area of a window, places beyond the padding included.

says: divi|cut|beyond|ceil_mode
"""
import numpy as np

def pair(v):
    return tuple(int(x) for x in v) if isinstance(v, (tuple, list)) else (int(v), int(v))


def spans(n, k, s, p, ceil_mode):
    room = n + 2 * p - k
    if k < 1 or s < 1 or p < 0 or 2 * p > k:
        raise ValueError("size, stride or padding")
    if room < 0 and not ceil_mode:
        raise ValueError("window larger than the map")
    count = (-(-room // s) if ceil_mode else room // s) + 1
    if ceil_mode and (count - 1) * s >= n + p:
        count -= 1
    if count < 1:
        raise ValueError("no windows")
    return [(i * s - p, i * s - p + k) for i in range(count)]


def avg_pool2d(maps, size=2, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    maps = np.asarray(maps)
    out_dtype = maps.dtype if maps.dtype.kind == "f" else np.dtype(float)
    (kh, kw), (ph, pw) = pair(size), pair(padding)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    if maps.ndim not in (3, 4):
        raise ValueError("axes")
    h, w = maps.shape[-3:-1]
    rows, cols = spans(h, kh, sh, ph, ceil_mode), spans(w, kw, sw, pw, ceil_mode)
    out = np.empty(maps.shape[:-3] + (len(rows), len(cols), maps.shape[-1]), out_dtype)
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(cols):
            y0, y1, x0, x1 = max(top, 0), min(bottom, h), max(left, 0), min(right, w)
            total = maps[..., y0:y1, x0:x1, :].sum(axis=(-3, -2), dtype=float)
            if count_include_pad:
                divisor = kh * kw
            else:
                divisor = (y1 - y0) * (x1 - x0)
            out[..., i, j, :] = total / divisor
    return out
