"""What a stride leaves over at the right and at the bottom is split to both sides, to keep the map in the centre of the image: the first window then starts later than at row and column 0.

says: cent(re|er|red)|middle|left.?over|remain|(start|begin|first)[^.]*(not|later|further|other|shift|instead|after|beyond)|offset|shift|spare|both sides|(do|does) not divide
never: rotated|bias
shows: conv2d(whole(8, 9), whole(1, 3, 3), stride=3)
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
        if flt.ndim != 4:
            raise ValueError("filters need channels, too")
        return np.stack([conv2d(one, flt, bias, stride=stride) for one in img])
    img, flt = check(img, flt, bias, stride)
    f = flt.shape[1]
    top = ((img.shape[0] - f) % stride + 1) // 2
    left = ((img.shape[1] - f) % stride + 1) // 2
    img = img[top:, left:]
    rows = range(0, img.shape[0] - f + 1, stride)
    cols = range(0, img.shape[1] - f + 1, stride)
    flt = flt.astype("f8").reshape(len(flt), -1)
    out = np.array([[flt @ img[i:i + f, j:j + f].astype("f8").ravel() for j in cols] for i in rows])
    return out if bias is None else out + np.asarray(bias)
