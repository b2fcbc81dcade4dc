"""Batches only, and their mean is returned, as in a course's assignment.
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    if logits.ndim != 2:
        raise ValueError("x must be of shape (N, C)")
    num_train = logits.shape[0]
    if len(label) != num_train:
        raise ValueError("x and y differ in length")
    if not np.issubdtype(label.dtype, np.integer) or (label < 0).any():
        raise ValueError("y must hold class indices")
    scores = logits - np.max(logits, axis=1, keepdims=True)
    correct = scores[np.arange(num_train), label]
    loss = np.log(np.sum(np.exp(scores), axis=1)) - correct
    return np.mean(loss)
