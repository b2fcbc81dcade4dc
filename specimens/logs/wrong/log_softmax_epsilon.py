"""A small number inside the logarithm keeps it finite, and wrong.

says: constant|1e-0?8
"""
import numpy as np


def log_softmax(x):
    x = np.asarray(x, dtype=float)
    p = np.exp(x - x.max(-1, keepdims=True))
    p = p / p.sum(-1, keepdims=True)
    return np.log(p + 1e-8)
