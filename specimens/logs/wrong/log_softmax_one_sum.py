"""One sum for all rows of a batch: keepdims was there, the axis was not.

says: all numbers|all rows|sum
"""
import numpy as np


def log_softmax(logits):
    z = logits - logits.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(keepdims=True))
