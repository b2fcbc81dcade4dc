"""The logarithm of the softmax: a probability that was rounded to 0 becomes minus infinity.

says: rounded to 0|logarithm of the softmax|logarithm of the probabilit
"""
import numpy as np


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(x):
    return np.log(softmax(np.asarray(x)))
