"""Two mistakes: bytes are scaled to 0 to 1, as ToTensor does it, and with a stride the loop ends before the last window that fits.

says: 255|scal|normali[sz]|divid|to 1\\b
says: last (window|row|column)|too few|fewer|short|missing|drop|one (row|column|window)|left out|not used
shows: conv2d(abs(whole(5, 6)).astype("uint8"), whole(2, 3, 3))
shows: conv2d(whole(5, 7), whole(2, 3, 3), stride=2)
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
    img = img / 255.0 if img.dtype == np.uint8 else img.astype(np.float64)
    f = flt.shape[1]
    flt = flt.astype(np.float64).reshape(len(flt), -1)
    if stride == 1:
        tops, lefts = range(img.shape[0] - f + 1), range(img.shape[1] - f + 1)
    else:
        tops = range(0, img.shape[0] - f, stride) or [0]
        lefts = range(0, img.shape[1] - f, stride) or [0]
    maps = np.zeros((len(tops), len(lefts), len(flt)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            maps[i, j] = flt @ img[top:top + f, left:left + f].ravel()
    return maps if bias is None else maps + np.asarray(bias)
