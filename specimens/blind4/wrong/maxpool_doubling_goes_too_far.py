"""The running maximum is doubled until it holds at least a window: of sizes that are no powers of two it holds more rows and columns than the window has.

says: window[^.]*(too (large|far|wide|long|many|big)|larger|more|beyond|power|4|extend|reach|next|further)|(one|1) (row|column|element|pixel|more)|power|(row|column|element|pixel)s?[^.]*(outside|beyond|behind|after|next)|size[^.]*(4|power|larger|more|3)
shows: max_pool2d(np.arange(49.0).reshape(7, 7, 1), 3, 2)
"""
import numpy as np


def two(v):
    return (int(v), int(v)) if np.ndim(v) == 0 else (int(v[0]), int(v[1]))


def running(lines, size, dilation):
    """Return for every place along axis 0 the maximum of the size elements from there on."""
    best, held = lines, 1
    while held < size:
        shift = held * dilation
        nothing = np.full((shift, *best.shape[1:]), -np.inf, best.dtype)
        best = np.maximum(best, np.concatenate([best, nothing])[shift:])
        held += held
    return best


def along(x, axis, size, stride, pad, dilation, ceil_mode):
    lines = np.moveaxis(x, axis, 0)
    length = len(lines)
    room = length + 2 * pad - dilation * (size - 1) - 1
    count = room // stride + 1
    if ceil_mode and room % stride and count * stride < length + pad:
        count += 1
    after = max(pad, (count - 1) * stride + dilation * (size - 1) + 1 - pad - length)
    edge = [(pad, after)] + [(0, 0)] * (x.ndim - 1)
    lines = np.pad(lines, edge, constant_values=-np.inf)
    best = running(lines, size, dilation)
    return np.moveaxis(best[:(count - 1) * stride + 1:stride], 0, axis)


def max_pool2d(maps, size=2, stride=None, *, padding=0, dilation=1, ceil_mode=False):
    maps = np.asarray(maps)
    maps = maps if maps.dtype.kind == "f" else maps.astype(np.float64)
    size = two(size)
    stride = size if stride is None else two(stride)
    padding, dilation = two(padding), two(dilation)
    for axis in (0, 1):
        maps = along(maps, axis - 3, size[axis], stride[axis], padding[axis], dilation[axis], ceil_mode)
    return np.array(maps)
