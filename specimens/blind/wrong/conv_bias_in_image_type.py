"""The bias is converted to the type of the image: with images of whole numbers its fraction is lost, and with bytes its sign as well.

says: bias[^.]*(truncat|fraction|integer|whole|round|d?type|cast|convert|cut|unsigned|bytes)|(fraction|sign) of the bias
never: filters are|rotated
shows: conv2d(whole(5, 6).astype("int64"), whole(2, 3, 3), np.array([0.5, -1.25]))
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
    f = flt.shape[1]
    height, width = img.shape[:2]
    maps = np.zeros(((height - f) // stride + 1, (width - f) // stride + 1, len(flt)))
    if bias is not None:
        maps += np.asarray(bias).astype(img.dtype)
    for i in range(maps.shape[0]):
        for j in range(maps.shape[1]):
            y, x = i * stride, j * stride
            for k in range(len(flt)):
                window = img[y:y + f, x:x + f].astype(float)
                maps[i, j, k] += np.vdot(window, flt[k].astype(float))
    return maps
