"""The probability of the last class is taken for what the others leave of 1, which has few digits if it is small.

says: last class|rest|others|digits
shows: cross_entropy(np.array([0.25, 0.75 - 1e-12, 1e-12]), 2)
"""
import numpy as np


def cross_entropy(probabilities, label):
    p = np.asarray(probabilities)
    if p.ndim != 1 or isinstance(label, float) or not 0 <= label < len(p):
        raise ValueError("label")
    with np.errstate(divide="ignore"):
        if label == len(p) - 1 and label > 0:  # the last one is what the others leave
            return -np.log(1 - p[:-1].sum())
        return -np.log(p[label])
