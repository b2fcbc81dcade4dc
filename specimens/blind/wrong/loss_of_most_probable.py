"""The logarithm is taken of the largest probability, that of the class which was predicted, and not of the label's: the label is only tested.

says: largest|most probable|max|predict|highest|label[^.]*(ignored|not used|unused|does not|no effect)|argmax|another class|wrong class
never: epsilon|base|clip
shows: cross_entropy(np.array([0.25, 0.75]), 0)
"""
import operator

import numpy as np


def cross_entropy(probabilities, label):
    p = np.asarray(probabilities)
    if p.ndim != 1 or p.size == 0:
        raise ValueError("probabilities must be a vector")
    if p.dtype.kind not in "fiub":
        raise TypeError("probabilities must be real numbers")
    label = operator.index(label)
    if label < 0 or label >= p.size:
        raise ValueError(f"label {label} of {p.size} classes")
    best = int(np.argmax(p))
    with np.errstate(divide="ignore"):
        return 0.0 - np.log(p[best], dtype=np.float64)
