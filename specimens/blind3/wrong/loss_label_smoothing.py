r"""A tenth of the loss is the mean of all classes' losses, as in training with smoothed labels.

says: smooth|other (class|probabilit)|all (the )?(class|probabilit)|every class|uniform|mean|0\.1\b|0\.9\b|tenth|share|only the (label|right)
shows: cross_entropy(np.array([0.125, 0.25, 0.5, 0.125]), 2)
"""
import operator

import numpy as np

SMOOTHING = 0.1


def cross_entropy(probabilities, label):
    p = np.asarray(probabilities)
    if p.dtype.kind not in "fiub":
        raise TypeError("probabilities")
    if p.dtype.kind != "f":
        p = p.astype(np.float64)
    if p.ndim != 1 or p.size == 0:
        raise ValueError("probabilities")
    label = operator.index(label)
    if label < 0 or label >= p.size:
        raise ValueError("label")
    target = np.full(p.size, SMOOTHING / p.size)
    target[label] += 1 - SMOOTHING
    with np.errstate(divide="ignore"):
        return p.dtype.type(-(target * np.log(p.astype(np.float64))).sum())
