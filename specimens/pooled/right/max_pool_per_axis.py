"""No options but windows and strides for rows and columns, each given as one number or as two.
"""
import numpy as np


def max_pool2d(maps, size=(2, 2), stride=None):
    ph, pw = size if isinstance(size, tuple) else (size, size)
    if stride is None:
        sh, sw = ph, pw
    else:
        sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    maps = np.asarray(maps)
    if sh < 1 or sw < 1 or ph < 1 or pw < 1:
        raise ValueError("pool size and strides must be positive")
    H, W = maps.shape[-3:-1]
    if H < ph or W < pw:
        raise ValueError("pool size exceeds input")
    if maps.ndim not in (3, 4):
        raise ValueError("3 or 4 axes")
    ii = np.arange((H - ph) // sh + 1)[:, None] * sh + np.arange(ph)
    jj = np.arange((W - pw) // sw + 1)[:, None] * sw + np.arange(pw)
    return maps[..., ii[:, :, None, None], jj, :].max(axis=(-4, -2))
