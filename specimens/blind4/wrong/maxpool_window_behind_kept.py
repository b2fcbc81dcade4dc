"""With ceil_mode a window is kept that starts exactly where the map and its padding before it end: a row or a column of nothing but padding comes out at the end.

says: ceil|(one|1|more|too many)[^.]*(rows?|columns?|windows?)|(rows?|columns?|windows?)[^.]*(too many|too large|more|beyond|behind|outside|off the|infin|padding)|(starts?|begins?)[^.]*(behind|beyond|outside|after|end|padding)
shows: max_pool2d(np.ones((3, 3, 1)), 2, 2, padding=1, ceil_mode=True)
"""
import numpy as np


def _pair(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def _count(length, size, stride, padding, dilation, ceil_mode):
    room = length + 2 * padding - dilation * (size - 1) - 1
    if not ceil_mode:
        return room // stride + 1
    count = (room + stride - 1) // stride + 1
    # the last window has to start inside the map or its left padding
    if (count - 1) * stride > length + padding:
        count -= 1
    return count


def max_pool2d(maps, size=2, stride=None, *, padding=0, dilation=1, ceil_mode=False):
    x = np.asarray(maps)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    kh, kw = _pair(size)
    sh, sw = (kh, kw) if stride is None else _pair(stride)
    ph, pw = _pair(padding)
    dh, dw = _pair(dilation)
    h, w = x.shape[-3:-1]
    oh, ow = _count(h, kh, sh, ph, dh, ceil_mode), _count(w, kw, sw, pw, dw, ceil_mode)
    below = max(0, (oh - 1) * sh + dh * (kh - 1) + 1 - ph - h)
    right = max(0, (ow - 1) * sw + dw * (kw - 1) + 1 - pw - w)
    lead = [(0, 0)] * (x.ndim - 3)
    x = np.pad(x, [*lead, (ph, below), (pw, right), (0, 0)], constant_values=-np.inf)
    out = np.full((*x.shape[:-3], oh, ow, x.shape[-1]), -np.inf, x.dtype)
    for a in range(kh):
        for b in range(kw):
            r, c = a * dh, b * dw
            seen = x[..., r:r + (oh - 1) * sh + 1:sh, c:c + (ow - 1) * sw + 1:sw, :]
            np.maximum(out, seen, out=out)
    return out
