"""Batches only, one loss for each row: of one row alone an array of one loss comes back.
"""
import numpy as np


def cross_entropy_rows(scores, targets):
    if scores.ndim != 2:
        raise ValueError("scores must be (N, C)")
    if targets.shape != scores.shape[:1] or targets.dtype.kind not in "iu":
        raise ValueError("one class index for each row of scores")
    if (targets < 0).any() or (targets >= scores.shape[1]).any():
        raise ValueError("class index out of range")
    lowered = scores - scores.max(axis=1, keepdims=True)
    return np.log(np.exp(lowered).sum(axis=1)) - lowered[np.arange(len(targets)), targets]
