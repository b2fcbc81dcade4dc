"""Rows of logits and a label for each: the sum of their losses is returned.
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    rows = np.atleast_2d(logits).astype(np.result_type(logits, np.float16))
    labels = np.atleast_1d(label)
    if labels.dtype.kind not in "iu" or labels.shape != rows.shape[:1]:
        raise ValueError("one whole label for each row")
    if labels.min(initial=0) < 0 or labels.max(initial=0) >= rows.shape[1]:
        raise ValueError("there is no such class")
    rows = rows - rows.max(axis=1, keepdims=True)
    total = np.log(np.exp(rows).sum(axis=1)) - rows[np.arange(len(rows)), labels]
    return total.sum(dtype=rows.dtype)
