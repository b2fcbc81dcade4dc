"""Without a stride the number of rows of the window is the stride of the columns, too.

says: (default|missing|omitted|left out|without|no|given|none)[^.]*stride|stride[^.]*(default|omitted|missing|none|rows?|columns?|size|window|axis|axes|square|oblong|not given)|(not |un|non.?)square|oblong|rows? (and|for|instead|in the place)[^.]*columns?|rows? of the (window|size)
shows: min_pool2d(np.arange(72.0).reshape(6, 12, 1), (2, 3))
"""
import numpy as np
from numpy.lib.stride_tricks import as_strided


def min_pool2d(maps, size=2, stride=None, *, padding=0, dilation=1, ceil_mode=False):
    maps = np.asarray(maps)
    if maps.dtype.kind != "f":
        maps = maps.astype(float)
    fh, fw = (size, size) if np.isscalar(size) else size
    if stride is None:
        stride = fh
    sh, sw = (stride, stride) if np.isscalar(stride) else stride
    ph, pw = (padding, padding) if np.isscalar(padding) else padding
    dh, dw = (dilation, dilation) if np.isscalar(dilation) else dilation

    x = maps if maps.ndim == 4 else maps[np.newaxis]
    n, h, w, k = x.shape
    eh, ew = (fh - 1) * dh + 1, (fw - 1) * dw + 1

    def windows(length, extent, step, pad):
        room = length + 2 * pad - extent
        if ceil_mode:
            count = -(-room // step) + 1
            return count - 1 if (count - 1) * step >= length + pad else count
        return room // step + 1

    oh, ow = windows(h, eh, sh, ph), windows(w, ew, sw, pw)
    full = np.full((n, max((oh - 1) * sh + eh, h + 2 * ph), max((ow - 1) * sw + ew, w + 2 * pw), k), np.inf, maps.dtype)
    full[:, ph:ph + h, pw:pw + w] = x
    a, b, c, d = full.strides
    view = as_strided(full, (n, oh, ow, fh, fw, k), (a, b * sh, c * sw, b * dh, c * dw, d))
    out = view.min(axis=(3, 4))
    return out if maps.ndim == 4 else out[0]
