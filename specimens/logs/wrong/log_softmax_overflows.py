"""x - log(sum(exp(x))) as it stands in the tutorial: it overflows.

says: overflow|not subtracted
"""
import numpy as np


def log_softmax(x):
    return x - np.log(np.exp(x).sum(-1, keepdims=True))
