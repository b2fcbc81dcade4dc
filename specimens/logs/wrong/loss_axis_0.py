"""The softmax of a batch runs over the examples: axis=0.

says: first axis|down the columns|rows of a batch
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    n = len(logits)
    if logits.ndim != 2 or label.shape != (n,) or label.dtype.kind not in "iu" or label.min() < 0:
        raise ValueError("rows and their labels are due")
    z = logits - logits.max(axis=0)
    logp = z - np.log(np.exp(z).sum(axis=0))
    return -logp[np.arange(n), label]
