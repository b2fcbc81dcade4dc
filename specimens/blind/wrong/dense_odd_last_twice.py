"""Inputs are added two at a time, with the second index clamped to the last one: of an odd number of inputs the last counts twice.

says: odd|last input|(twice|double|two times)|pair|two at a time|unroll|clamp
never: bias|even number
shows: dense(np.array([1.0, 2.0, 3.0]), whole(3, 2), np.zeros(2))
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
    x = np.asarray(x).ravel()
    w = np.asarray(weights)
    if x.dtype.kind not in "fiub" or w.dtype.kind not in "fiub":
        raise TypeError("numbers expected")
    x, w = x.astype(np.float64), w.astype(np.float64)
    z = np.array(bias, np.float64)
    for i in range(0, n, 2):
        k = min(i + 1, n - 1)
        z += x[i] * w[i] + x[k] * w[k]
    return z
