"""Without count_include_pad the elements of a window that are not zero are counted to leave out the padding: zeros of the map are left out as well.

says: zero[^.]*(count|left out|exclud|ignor|not |skip|divi)|(count|divi[sd]|mean of|number)[^.]*(zero|0)|count_include_pad
shows: avg_pool2d(np.array([[[0.0], [2.0]], [[4.0], [6.0]]]), 2, count_include_pad=False)
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def avg_pool2d(maps, size=2, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True):
    maps = np.asarray(maps)
    if maps.dtype.kind in "iub":
        maps = maps.astype(np.float64)

    def pair(v):
        return (v, v) if np.ndim(v) == 0 else tuple(v)

    size, pad = pair(size), pair(padding)
    step = size if stride is None else pair(stride)
    x = maps if maps.ndim == 4 else maps[None]
    work = np.result_type(maps, np.float32)
    hw = x.shape[1:3]
    number, over = [], []
    for i in (0, 1):
        room = hw[i] + 2 * pad[i] - size[i]
        n = room // step[i] + 1
        if ceil_mode and room % step[i] > 0 and n * step[i] < hw[i] + pad[i]:
            n += 1
        number.append(n)
        over.append(max(0, (n - 1) * step[i] + size[i] - hw[i] - 2 * pad[i]))

    def cut(a):
        w = sliding_window_view(a, size, (1, 2))[:, ::step[0], ::step[1]]
        return w[:, :number[0], :number[1]]

    margins = [(0, 0), (pad[0], pad[0] + over[0]), (pad[1], pad[1] + over[1]), (0, 0)]
    windows = cut(np.pad(x, margins).astype(work))
    total = windows.sum((-2, -1))
    if count_include_pad:
        ones = np.ones((1, hw[0] + 2 * pad[0], hw[1] + 2 * pad[1], 1), work)
        held = cut(np.pad(ones, [(0, 0), (0, over[0]), (0, over[1]), (0, 0)])).sum((-2, -1))
    else:
        held = np.maximum(np.count_nonzero(windows, axis=(-2, -1)).astype(work), 1)
    out = (total / held).astype(maps.dtype)
    return out if maps.ndim == 4 else out[0]
