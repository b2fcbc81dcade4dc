"""The image is converted to the type of the filters, so that both match: under filters of whole numbers the pixels lose their fractions.

says: (type|dtype) of the (filter|kernel|weight)|(filter|kernel|weight)s?'? (d?type)|truncat|fraction|(pixels|image)[^.]*(whole|integer|cast|convert|round)|cast
never: bias|overflow|wrap
shows: conv2d(whole(5, 6) / 4, whole(2, 3, 3).astype("int64"))
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
    img, flt = np.asarray(image), np.asarray(filters)
    if img.ndim == 4 and flt.ndim == 4 and len(img):
        return np.array([conv2d(one, flt, bias, stride=stride) for one in img])
    img, flt = check(img, flt, bias, stride)
    img = img.astype(flt.dtype)  # einsum is slow on two types
    f = flt.shape[1]
    patches = np.lib.stride_tricks.sliding_window_view(img, (f, f), axis=(0, 1))
    patches = patches[::stride, ::stride]
    maps = np.einsum("ijcab,kabc->ijk", patches, flt, dtype=np.float64, casting="unsafe")
    if bias is not None:
        maps = maps + np.asarray(bias)
    return maps
