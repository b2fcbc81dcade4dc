"""The slices end at i + size + 1, since their author takes the end of a slice for its last index: windows are one row and one column too large.

says: (one|1)[^.]*(row|column|element|pixel|place)[^.]*(more|too|larger|beyond|further)|too (large|big|wide)|size ?[+] ?1|(larger|bigger|wider)|(next|following|neighbou?r)[^.]*(row|column|window)|beyond the window
never: result is|map is larger
shows: max_pool2d(whole(6, 8, 2))
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    a = np.asarray(maps)
    if a.dtype.kind not in "fiub":
        raise TypeError("maps")
    if stride is None:
        stride = size
    if not (isinstance(size, (int, np.integer)) and isinstance(stride, (int, np.integer))):
        raise TypeError("size, stride")
    if size < 1 or stride < 1:
        raise ValueError("size, stride")
    if a.ndim != 3 or a.shape[2] == 0:
        raise ValueError("shape")
    if a.shape[0] < size or a.shape[1] < size:
        raise ValueError("window")
    h = (a.shape[0] - size) // stride + 1
    w = (a.shape[1] - size) // stride + 1
    out = np.zeros((h, w, a.shape[2]), dtype=a.dtype)
    for i in range(h):
        for j in range(w):
            top, left = i * stride, j * stride
            out[i, j] = a[top:top + size + 1, left:left + size + 1].max(axis=(0, 1))
    return out
