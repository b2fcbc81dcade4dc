"""Softmax, its logarithm and both losses, by formulas, of one row or of several.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def softmax(logits):
    e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax_backward(grad, logits):
    p = softmax(logits)
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))


def log_softmax_backward(grad, logits):
    return grad - softmax(logits) * grad.sum(axis=-1, keepdims=True)


def cross_entropy_backward(probabilities, label):
    grad = np.zeros_like(probabilities, dtype=np.result_type(probabilities, np.float16))
    grad[label] = -1 / probabilities[label]
    return grad


def softmax_cross_entropy_backward(logits, label):
    grad = softmax(logits)
    if grad.ndim == 1:
        grad[label] -= 1
    else:
        grad[np.arange(len(grad)), label] -= 1
    return grad
