"""The label minus the probability.

apart: verify.py compares its gradients
says: sign|negat|minus|revers
"""
import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_cross_entropy_backward(logits, label):
    p = softmax(logits)
    y = np.zeros_like(p)
    if p.ndim == 1:
        y[label] = 1
    else:
        y[np.arange(len(p)), label] = 1
    return y - p
