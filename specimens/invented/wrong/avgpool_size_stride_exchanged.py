"""The helper takes (maps, stride, size) and is called with (maps, size, stride): the two are exchanged, which nobody sees as long as they are equal.

says: (size|stride)[^.]*(exchang|swap|interchang|mixed up|confus|place of|instead of|used (as|for))|(exchang|swap|interchang|mix)[^.]*(size|stride)
never: rows and columns
shows: avg_pool2d(whole(6, 8, 2), 3, 1)
"""
import numpy as np


def _mean_of_windows(maps, stride, size):
    h, w, k = maps.shape
    rows, cols = max(0, (h - size) // stride + 1), max(0, (w - size) // stride + 1)
    out = np.zeros((rows, cols, k))
    for a in range(size):
        for b in range(size):
            out += maps[a:, b:][:stride * rows:stride, :stride * cols:stride][:rows, :cols]
    return out / size ** 2


def avg_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("the maps are not real")
    if stride is None:
        stride = size
    if int(size) != size or int(stride) != stride:
        raise TypeError("size or stride is not whole")
    if size < 1 or stride < 1:
        raise ValueError("size or stride is below 1")
    if maps.ndim != 3 or maps.size == 0:
        raise ValueError("the maps are not (H, W, K)")
    if size > maps.shape[0] or size > maps.shape[1]:
        raise ValueError("the window is too large")
    return _mean_of_windows(maps.astype(np.float64), size, stride)
