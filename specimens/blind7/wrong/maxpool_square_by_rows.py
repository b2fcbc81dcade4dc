"""A window has as many columns as rows, whatever size says.

apart: verify.py compares it
says: size.*(row|column|pair|axis|axes|both|square|oblong)|(row|column|square|oblong).*size|square|oblong
never: dilation
"""
import numpy as np


def max_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    stride = size if stride is None else stride
    sh, sw = size if isinstance(size, tuple) else (size, size)
    th, tw = stride if isinstance(stride, tuple) else (stride, stride)
    h, w = maps.shape[-3:-1]
    oh, ow = (h - sh) // th + 1, (w - sw) // tw + 1
    out = np.empty((*maps.shape[:-3], oh, ow, maps.shape[-1]), maps.dtype)
    for i in range(oh):
        for j in range(ow):
            window = maps[..., i * th : i * th + sh, j * tw : j * tw + sh, :]
            out[..., i, j, :] = window.max(axis=(-3, -2))
    return out
