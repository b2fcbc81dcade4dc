"""The windows are cut side by side like the patches of a vision transformer: each starts f pixels after the last, where it should be the stride.

says: strid[^.]*(\\bf\\b|size|filter|instead|window|overlap)|side by side|(do not|never|non|not|without)[^.]*overlap|patch|\\bf (pixels|rows|instead)|size[^.]*apart|every f\\b
never: pool
shows: conv2d(whole(6, 9), whole(2, 3, 3))
"""
import numpy as np


def conv2d(image, filters, bias=None):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("bad type of numbers")
    squeeze = image.ndim == 2
    if squeeze:
        if filters.ndim != 3:
            raise ValueError("gray images take filters (K, f, f)")
        image, filters = image[:, :, None], filters[:, :, :, None]
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("(H, W, C) and (K, f, f, C)")
    h, w, c = image.shape
    k, p, q, d = filters.shape
    if c != d or c == 0:
        raise ValueError("channels must agree")
    if p != q or p % 2 == 0:
        raise ValueError("odd square filters")
    if p > h or p > w:
        raise ValueError("no patch fits")
    if bias is not None and np.asarray(bias).shape != (k,):
        raise ValueError("bias must be (K,)")
    rows, cols = h // p, w // p
    patches = image[:rows * p, :cols * p].astype(np.float64).reshape(rows, p, cols, p, c)
    tokens = patches.transpose(0, 2, 1, 3, 4).reshape(rows, cols, p * p * c)
    maps = tokens @ filters.reshape(k, p * p * c).T.astype(np.float64)
    if bias is not None:
        maps += bias
    return maps
