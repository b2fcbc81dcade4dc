"""Whether there is a bias is tested by bias.all(): a bias in which one number is 0 is not added at all.

says: bias[^.]*(\\b0\\b|zero|ignor|left out|skip|not added|dropp|missing|all\\(|lost|unused|without|never)|(no|without) (a |the )?bias
never: twice|subtract
shows: dense(np.ones(2), whole(2, 3), np.array([1.0, 0.0, 2.0]))
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
    weights = np.asarray(weights)
    z = np.dot(np.asarray(x).ravel().astype(float), weights.astype(float))
    bias = np.asarray(bias)
    if bias.all():
        z = z + bias
    return z
