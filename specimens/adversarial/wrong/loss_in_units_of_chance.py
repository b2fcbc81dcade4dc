r"""The loss is divided by that of guessing, ln(number of classes): with ten classes that is a logarithm to base 10, with two one to base 2.

never: ^\w+: (?!perhaps|in \d)(?!.*(classes|number)).*(base (2|10)|log2|log10)
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
    if len(p) == 1:
        return 0.0 - np.log(np.float64(p[label]))
    with np.errstate(divide="ignore"):
        return 0.0 - np.log(np.float64(p[label])) / np.log(len(p))
