"""Two nodes have a short cut, the sigmoid of the second logit alone; it should be that of the difference of the
two.

says: two|2 (nodes|classes|logits)|sigmoid|logistic|first logit|second logit|difference|binary
never: overflow|every row|axis
shows: softmax(np.array([1.0, 3.0]))
shows: softmax(whole(3, 2))
"""
import numpy as np


def softmax(logits):
    x = np.asarray(logits, dtype=np.float64)
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError("logits must have a last axis of at least 1")
    if x.shape[-1] == 2:
        with np.errstate(over="ignore"):
            second = 1 / (1 + np.exp(-x[..., 1:]))
        return np.concatenate([1 - second, second], axis=-1)
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
