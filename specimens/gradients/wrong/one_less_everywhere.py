"""1 is subtracted from all probabilities, not from that of the label.

apart: verify.py compares its gradients
says: everywhere|all (class|prob|entr)|every (class|prob|entr)|one.hot|other class|not only
"""
import numpy as np


def softmax_cross_entropy_backward(logits, label):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return p - 1
