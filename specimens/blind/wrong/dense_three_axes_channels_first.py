"""Inputs of three axes are taken for feature maps and flattened map by map, as in frameworks whose channels come first.

says: flatten|(channels?|maps?|last axis)[^.]*first|order of the (inputs|axes|elements)|CHW|(input|axes|x)[^.]*transpos|map by map|last axis[^.]*(slow|not)
never: bias|weights are
shows: dense(whole(3, 2, 4), whole(24, 2), np.zeros(2))
"""
import numpy as np


def dense(x, weights, bias):
    if np.ndim(weights) != 2:
        raise ValueError("weights must be a matrix")
    n, m = np.shape(weights)
    if np.size(x) != n:
        raise ValueError("got %d inputs, expected %d" % (np.size(x), n))
    if np.shape(bias) != (m,):
        raise ValueError("got a bias of shape %s, expected (%d,)" % (np.shape(bias), m))
    if n == 0 or m == 0:
        raise ValueError("empty weights")
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("x must hold numbers")
    if x.ndim == 3:
        x = np.moveaxis(x, -1, 0)
    flat = x.reshape(-1).astype(float)
    return flat @ np.asarray(weights).astype(float) + np.asarray(bias)
