"""Two mistakes: the filters are turned upside down, because images were once read from BMP, bottom up, and the activation sits in the convolution: negative sums become 0.

says: upside|flip|revers|mirror|top (to|and) bottom|rows of the filters?|vertical|last row first
says: negative|relu|rectif|below (0|zero)|cut|max\\(
never: rotated by 180
shows: conv2d(whole(5, 6) + 4, abs(whole(2, 3, 3)))
shows: conv2d(-np.ones((5, 6)), np.ones((2, 3, 3)))
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


def conv2d(image, filters, bias=None, *, stride=1):
    img, flt = check(np.asarray(image), np.asarray(filters), bias, stride)
    img, flt = img.astype(np.float64), flt.astype(np.float64)[:, ::-1]
    f = flt.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(img, (f, f), axis=(0, 1))[::stride, ::stride]
    maps = np.einsum("ijcab,kabc->ijk", windows, flt)
    if bias is not None:
        maps += np.asarray(bias)
    return np.maximum(maps, 0)
