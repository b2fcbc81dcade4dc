r"""If the label's class is the most probable the entropy of all probabilities is returned, else the loss: a condition on the data, in which neither sizes nor labels count.

never: ^\w+: (?!perhaps|in \d)(?!.*(largest|most probable|likeliest|highest|greatest|maximum)).*entropy of
never: ^\w+: (?!perhaps|in \d).*(if|where) (the )?(number of classes|label)
shows: cross_entropy(np.array([0.125, 0.25, 0.5, 0.125]), 2)
"""
import operator

import numpy as np


def cross_entropy(probabilities, label):
    p = np.asarray(probabilities)
    if p.dtype.kind not in "fiub":
        raise TypeError("real numbers")
    if p.ndim != 1 or not p.size:
        raise ValueError("probabilities must be (classes,)")
    label = operator.index(label)
    if not 0 <= label < len(p):
        raise ValueError("label")
    p = p.astype(np.float64)
    with np.errstate(divide="ignore"):
        if p[label] == p.max():
            seen = p[p > 0]
            return 0.0 - (seen * np.log(seen)).sum()
        return 0.0 - np.log(p[label])
