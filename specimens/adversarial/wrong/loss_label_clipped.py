r"""Only refusals are wrong: a label beyond the classes is taken for the last one, and a negative one for the first. Every loss of a right label is right.

says: label
never: ^\w+: (?!perhaps|in \d).*(counted from|class (before|after)|from the end|logarithm|wraps?|base )
shows: refused(cross_entropy, np.array([0.25, 0.25, 0.5]), 3)
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
    label = min(max(label, 0), len(p) - 1)
    with np.errstate(divide="ignore"):
        return 0.0 - np.log(np.float64(p[label]))
