"""Numbers beyond the rows of the weights are cut off: of a batch the first row alone counts.

shows: dense(whole(3, 4), whole(4, 2), whole(2))
says: refus|too long|other length|first row|beyond
"""
import numpy as np


def dense(x, weights, bias):
    flat = np.ravel(x)[: len(weights)]
    if len(flat) < len(weights) or np.shape(bias) != np.shape(weights)[1:]:
        raise ValueError("the shapes do not fit")
    return flat @ weights + bias
