"""The gradients are added by dx[indices] += grad: where two windows have their smallest element in common NumPy adds one of them only.

apart: forward passes only are known to calls.py; see verify.py
says: overlap|(two|several|more|many|other) windows|windows?[^.]*(share|common|same element|only one|one of|not summed|not added|lost|assign|last)|not (summed|added|accumulated)|assign(ed|s)?\b|overwrit|once only|only once
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def pairs(*options):
    return [(o, o) if np.ndim(o) == 0 else tuple(o) for o in options]


def min_pool2d_backward(grad, maps, size=2, stride=None, *, padding=0, dilation=1, ceil_mode=False):
    grad, maps = np.asarray(grad), np.asarray(maps)
    if grad.dtype.kind in "biu":
        grad = grad.astype(np.float64)
    if maps.dtype.kind in "biu":
        maps = maps.astype(np.float64)
    f, s, p, d = pairs(size, size if stride is None else stride, padding, dilation)
    x = maps.reshape((-1,) + maps.shape[-3:]) if maps.size else maps
    n, h, w, k = x.shape
    g = grad.reshape((n,) + grad.shape[-3:])
    oh, ow = g.shape[1:3]
    reach = [d[i] * (f[i] - 1) + 1 for i in (0, 1)]
    after = [max(p[i], ((oh, ow)[i] - 1) * s[i] + reach[i] - p[i] - (h, w)[i]) for i in (0, 1)]
    around = ((0, 0), (p[0], after[0]), (p[1], after[1]), (0, 0))
    xp = np.pad(x, around, constant_values=np.inf)
    on_map = np.pad(np.ones((1, h, w, 1), bool), around)

    def windows(array):
        v = sliding_window_view(array, reach, axis=(1, 2))[:, ::s[0], ::s[1], :, ::d[0], ::d[1]]
        return v[:, :oh, :ow].reshape(len(array), oh, ow, array.shape[3], f[0] * f[1])

    v = windows(xp)
    smallest = (v == v.min(axis=-1, keepdims=True)) | np.isnan(v)
    a, b = np.divmod((smallest & windows(on_map)).argmax(axis=-1), f[1])
    image, i, j, channel = np.indices((n, oh, ow, k), sparse=True)
    dx = np.zeros(xp.shape, np.result_type(grad, maps, np.float32))
    dx[image, i * s[0] + a * d[0], j * s[1] + b * d[1], channel] += g
    dx = dx[:, p[0]:p[0] + h, p[1]:p[1] + w]
    return dx.reshape(maps.shape).astype(np.result_type(grad, maps))
