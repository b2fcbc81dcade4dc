"""The layer believes that its loss has been taken care of: it returns its probabilities.

apart: verify.py compares its gradients
says: incoming|dropp|ignor|chain|without the gradient|whatever the gradient|probabilit
"""
import numpy as np


def softmax_backward(grad, logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return p - p * p
