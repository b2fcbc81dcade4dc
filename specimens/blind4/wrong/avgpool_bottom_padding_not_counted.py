"""The end of a window is cut at the rows of the map plus one padding, where two are in front of it: zeros below and on the right are not counted in the divisor, those above and on the left are.

says: divi[sd]|count|(number|how many)[^.]*(elements?|zeros?|padding)|padding[^.]*(below|bottom|right|end|last|left out|exclud|not )|(last|bottom|below|right)[^.]*padding|denominator|mean of[^.]*fewer
shows: avg_pool2d(np.ones((4, 4, 1)), 2, 2, padding=1)
"""
import numpy as np


def _of_axes(option):
    return tuple(option) if isinstance(option, (tuple, list)) else (option, option)


class Axis:
    """The windows along one axis, in coordinates of the padded map."""

    def __init__(self, length, size, stride, pad, ceil):
        self.length, self.size, self.stride, self.pad = length, size, stride, pad
        room = length + 2 * pad - size
        n = room // stride + 1
        if ceil and room % stride and n * stride < length + pad:
            n += 1
        self.start = np.arange(n) * stride

    def on_map(self):
        return np.maximum(self.start, self.pad), np.minimum(self.start + self.size, self.pad + self.length)

    def on_padded(self):
        return self.start, np.minimum(self.start + self.size, self.pad + self.length)


def avg_pool2d(maps, size=2, stride=None, *, padding=0, ceil_mode=False, count_include_pad=True):
    maps = np.asarray(maps)
    if maps.dtype.kind in "biu":
        maps = maps.astype(np.float64)
    sizes = _of_axes(size)
    strides = sizes if stride is None else _of_axes(stride)
    pads = _of_axes(padding)
    rows, columns = (
        Axis(maps.shape[i - 3], sizes[i], strides[i], pads[i], ceil_mode) for i in (0, 1)
    )
    wide = maps.astype(np.result_type(maps, np.float32))
    out = np.empty((*maps.shape[:-3], len(rows.start), len(columns.start), maps.shape[-1]), wide.dtype)
    (r0, r1), (c0, c1) = rows.on_map(), columns.on_map()
    if count_include_pad:
        (t0, t1), (l0, l1) = rows.on_padded(), columns.on_padded()
    else:
        (t0, t1), (l0, l1) = (r0, r1), (c0, c1)
    for i in range(len(r0)):
        for j in range(len(c0)):
            window = wide[..., r0[i] - pads[0]:r1[i] - pads[0], c0[j] - pads[1]:c1[j] - pads[1], :]
            divisor = (t1[i] - t0[i]) * (l1[j] - l0[j])
            out[..., i, j, :] = window.sum(axis=(-3, -2)) / divisor
    return out.astype(maps.dtype)
