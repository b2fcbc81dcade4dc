"""The model ends in a softmax, and the loss takes another one: a softmax of probabilities.

says: softmax
"""
import numpy as np


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_cross_entropy(logits, label):
    p = softmax(softmax(np.asarray(logits)))
    if np.ndim(logits) != 1:
        raise ValueError("one example at a time")
    if not 0 <= label < len(p):
        raise ValueError("no such class")
    return -np.log(p[label])
