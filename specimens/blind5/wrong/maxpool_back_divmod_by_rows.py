"""The place of the largest element is found in the flat window and split by its number of rows, not of columns: in oblong windows the gradient goes elsewhere.

apart: forward passes only are known to calls.py; see verify.py
says: oblong|rows[^.]*columns|columns[^.]*rows|flat|(place|element|pixel|position)[^.]*(wrong|other|another|swapped|split|read)|not square|swapped|transpos
"""
import numpy as np


def pair(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def max_pool2d_backward(grad, maps, size=2, stride=None):
    grad, maps = np.asarray(grad), np.asarray(maps)
    grad = grad.astype(float) if grad.dtype.kind in "iub" else grad
    maps = maps.astype(float) if maps.dtype.kind in "iub" else maps
    fh, fw = pair(size)
    sh, sw = (fh, fw) if stride is None else pair(stride)
    x = maps if maps.ndim == 4 else maps[None]
    g = grad if grad.ndim == 4 else grad[None]
    dtype = np.result_type(grad, maps)
    dx = np.zeros(x.shape, np.result_type(dtype, np.float32))
    n, oh, ow, k = g.shape
    for m in range(n):
        for i in range(oh):
            for j in range(ow):
                for c in range(k):
                    best = x[m, i * sh:i * sh + fh, j * sw:j * sw + fw, c].argmax()
                    a, b = divmod(int(best), fh)
                    r, q = i * sh + a, j * sw + b
                    if r < x.shape[1] and q < x.shape[2]:
                        dx[m, r, q, c] += g[m, i, j, c]
    return dx.reshape(maps.shape).astype(dtype)
