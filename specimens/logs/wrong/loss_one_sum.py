"""Each row its own maximum, but one sum of exponentials for the whole batch.

says: sum
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    n = len(logits)
    if logits.ndim != 2 or label.shape != (n,) or label.dtype.kind not in "iu" or label.min() < 0:
        raise ValueError("rows and their labels are due")
    z = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(z).sum()) - z[np.arange(n), label]
