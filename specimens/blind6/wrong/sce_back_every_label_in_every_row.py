"""Of a batch 1 is subtracted in every row at the labels of all rows.

apart: its calls are drawn by verify.py
says: (all|every|each|other) rows?|of (all|other) (rows|labels|images)|labels? of (the )?(other|all)|more than one label
"""

import numpy as np


def softmax_cross_entropy_backward(logits, label):
    z, labels = np.asarray(logits), np.asarray(label)
    if z.dtype.kind != "f":
        z = z.astype(float)
    if z.ndim not in (1, 2) or labels.shape != z.shape[:-1]:
        raise ValueError("logits and labels do not go together")
    if labels.size and (labels.min() < 0 or labels.max() >= z.shape[-1]):
        raise ValueError("label out of range")
    wide = z.astype(np.result_type(z, np.float32))
    e = np.exp(wide - wide.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    if z.ndim == 1:
        p[labels] -= 1
    else:
        p[:, labels] -= 1
    return p.astype(z.dtype)
