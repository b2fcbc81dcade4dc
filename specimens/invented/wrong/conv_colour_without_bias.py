"""The gray path adds the bias; the path for several channels was written later, and forgets it.

says: bias[^.]*(ignored|not added|missing|forg|left out|never|without|no effect|not used)|(no|without|ignor(es|ing)|forgets|lacks) (the |a |its )?bias
says: channel|colou?r
never: bias[^.]*(subtract|twice|each channel)
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2), np.array([10.0, 20.0]))
"""
import numpy as np
from scipy.signal import correlate2d


def _stacked(maps, image, filters):
    f = filters.shape[1]
    out = np.empty((image.shape[0] - f + 1, image.shape[1] - f + 1, len(maps)))
    for k, one in enumerate(maps):
        out[..., k] = one
    return out


def _gray(image, filters, bias):
    maps = [correlate2d(image, one, "valid") for one in filters]
    return _stacked(maps, image, filters) + bias


def _colour(image, filters, bias):
    maps = []
    for one in filters:
        channels = [correlate2d(image[..., c], one[..., c], "valid") for c in range(image.shape[-1])]
        maps.append(sum(channels))
    return _stacked(maps, image, filters)


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("not real")
    if (image.ndim, filters.ndim) not in ((2, 3), (3, 4)):
        raise ValueError("axes do not match")
    if image.shape[2:] != filters.shape[3:] or 0 in image.shape:
        raise ValueError("channels do not match")
    k, f, g = filters.shape[:3]
    if f != g or f % 2 == 0:
        raise ValueError("filters must be square and odd")
    if f > image.shape[0] or f > image.shape[1]:
        raise ValueError("filters larger than the image")
    bias = np.zeros(k) if bias is None else np.asarray(bias, float)
    if bias.shape != (k,):
        raise ValueError("bias does not match")
    image, filters = image.astype(float), filters.astype(float)
    if image.ndim == 2 or image.shape[2] == 1:
        return _gray(image.reshape(image.shape[:2]), filters.reshape(k, f, f), bias)
    return _colour(image, filters, bias)
