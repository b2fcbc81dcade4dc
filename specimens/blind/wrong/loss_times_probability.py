"""-p ln p, the class's share of the entropy, is returned instead of -ln p.

says: entropy of|p ?(\\*|times|·)? ?(ln|log)|times (the|its|this)? ?(own )?probabilit|multipl|weigh|entropy|factor p
never: base|epsilon|label smoothing
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
    target = np.zeros(p.size)
    target[label] = p[label]  # "one-hot"
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(target > 0, target * np.log(p.astype(np.float64)), 0)
    return 0.0 - terms.sum()
