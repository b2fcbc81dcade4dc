"""Of a batch 1 is subtracted at the labels of all rows in every row, by p[:, labels] -= 1.

apart: forward passes only are known to calls.py; see verify.py
says: labels?[^.]*(every|all|each|other|any|one) (of the )?(rows?|images?|labels?|examples?)|(all|every|each|other) (rows?|images?|examples?)|subtract|one.?hot|rows?[^.]*(other|each other|another|mix|all|neighbo)|(1|one) (is )?(subtracted|taken)
"""
import numpy as np


def softmax_cross_entropy_backward(logits, label):
    logits = np.asarray(logits)
    if logits.dtype.kind in "iub":
        logits = logits.astype(np.float64)
    label = np.asarray(label)
    if logits.size == 0:
        return logits.copy()
    wide = logits.astype(np.result_type(logits, np.float32))
    with np.errstate(invalid="ignore"):
        e = np.exp(wide - wide.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
    p[..., label] -= 1
    return p.astype(logits.dtype)
