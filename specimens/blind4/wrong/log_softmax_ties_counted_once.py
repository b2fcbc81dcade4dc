"""The logarithm is taken of 1 plus the exponentials of all logits below the largest: where several are the largest they are counted once.

says: tie|(equal|same|several|two|both)[^.]*(largest|max|logits?|class|count)|(largest|max)[^.]*(equal|several|twice|once|tie|count|more than)|equal logits
shows: log_softmax(np.array([2.0, 2.0, 1.0]))
"""
import numpy as np


def log_softmax(logits):
    x = np.asarray(logits)
    if x.dtype.kind in "biu":
        x = x.astype(np.float64)
    if x.size == 0:
        return x.copy()
    wide = x.astype(np.result_type(x, np.float32))
    with np.errstate(invalid="ignore"):
        top = wide.max(axis=-1, keepdims=True)
        below = wide - top
        others = np.exp(below)
        if wide.ndim:
            others[below == 0] = 0
        log_sum = np.log1p(others.sum(axis=-1, keepdims=True))
        return (below - log_sum).astype(x.dtype)
