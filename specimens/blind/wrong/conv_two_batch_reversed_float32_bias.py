"""Two mistakes: the results of a batch are put in front of each other, so that they come out in reverse order, and the path for float32 images was written before there was a bias: it has none.

says: (batch|images)[^.]*(revers|order|backward|last|wrong image|exchang|swap)|(revers|backward|order)[^.]*(batch|images)
says: bias[^.]*(ignor|not added|never|left out|missing|dropp|lost|float32|single|skip|forgot)|(without|no) (a |the |its )?bias|float32[^.]*bias
shows: conv2d(whole(2, 5, 6, 1), whole(2, 3, 3, 1))
shows: conv2d(whole(5, 6).astype("float32"), whole(2, 3, 3).astype("float32"), np.ones(2, "float32"))
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
    if img.ndim == 4:
        if len(img) == 0 or flt.ndim != 4:
            raise ValueError("an empty batch, or filters without channels")
        results = []
        for one in img:
            results = [conv2d(one, flt, bias, stride=stride)] + results
        return np.stack(results)
    img, flt = check(img, flt, bias, stride)
    f = flt.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(img, (f, f), axis=(0, 1))[::stride, ::stride]
    if img.dtype == np.float32:
        return np.tensordot(windows, flt.astype(np.float32), ((3, 4, 2), (1, 2, 3)))
    maps = np.tensordot(windows.astype(np.float64), flt.astype(np.float64), ((3, 4, 2), (1, 2, 3)))
    return maps if bias is None else maps + np.asarray(bias)
