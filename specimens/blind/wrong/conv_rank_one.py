"""Every filter is taken for separable: only the first singular pair is kept, and rows and columns are filtered one after the other. It was tried on Gauss and Sobel, which are.

says: separab|rank|outer product|singular|(one|a) (row|column)[^.]*(one|a) (row|column)|rows? and (then )?columns? (one after|separately)|factor
never: rotated|transposed
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import operator

import numpy as np

def check(img, flt, bias, stride):
    if img.dtype.kind not in "biuf" or flt.dtype.kind not in "biuf":
        raise TypeError("real numbers only")
    if img.ndim == 2 and flt.ndim == 3:
        img, flt = img.reshape(img.shape + (1,)), flt.reshape(flt.shape + (1,))
    if img.ndim != 3 or flt.ndim != 4:
        raise ValueError("expected (H, W) with (K, f, f) or (H, W, C) with (K, f, f, C)")
    if img.shape[2] != flt.shape[3]:
        raise ValueError("number of channels differs")
    if flt.shape[1] != flt.shape[2] or flt.shape[1] % 2 == 0:
        raise ValueError("filter must be square with an odd side")
    if flt.shape[1] > img.shape[0] or flt.shape[1] > img.shape[1]:
        raise ValueError("filter larger than image")
    if img.size == 0 or flt.size == 0:
        raise ValueError("nothing to do")
    if bias is not None and np.shape(bias) != (flt.shape[0],):
        raise ValueError("one bias for each filter")
    if operator.index(stride) < 1:
        raise ValueError("stride must be 1 or more")
    return img, flt


def separate(kernel):
    if kernel.shape == (1, 1) or not np.isfinite(kernel).all():
        return kernel.sum(axis=1), np.ones(len(kernel))
    u, s, v = np.linalg.svd(kernel)
    return u[:, 0] * s[0], v[0]


def conv2d(image, filters, bias=None, *, stride=1):
    img, flt = check(np.asarray(image), np.asarray(filters), bias, stride)
    img, flt = img.astype(np.float64), flt.astype(np.float64)
    count, f, _, channels = flt.shape
    height, width, _ = img.shape
    maps = np.zeros((height - f + 1, width - f + 1, count))
    for k in range(count):
        for c in range(channels):
            down, across = separate(flt[k, :, :, c])
            lines = sum(down[a] * img[a:a + height - f + 1, :, c] for a in range(f))
            maps[:, :, k] += sum(across[b] * lines[:, b:b + width - f + 1] for b in range(f))
    maps = maps[::stride, ::stride]
    return maps.copy() if bias is None else maps + np.asarray(bias)
