r"""Of a probability from 0.9 on, the logarithm is replaced by the first term of its series.

says: near 1|close to 1|1 ?- ?p|linear|approx|(above|over|from|beyond|at least|larger|more than|high\w*)|large|0\.9|certain|series|first.order
shows: cross_entropy(np.array([0.03, 0.92, 0.05]), 1)
"""
import operator

import numpy as np


def cross_entropy(probabilities, label):
    probabilities = np.asarray(probabilities)
    if probabilities.dtype.kind not in "fiub":
        raise TypeError("no real numbers")
    if probabilities.dtype.kind != "f":
        probabilities = probabilities.astype(np.float64)
    if probabilities.ndim != 1 or probabilities.shape == (0,):
        raise ValueError("no vector")
    label = operator.index(label)
    if label < 0 or label >= len(probabilities):
        raise ValueError("no such class")
    p = probabilities[label]
    if p >= 0.9:
        return p.dtype.type(1) - p  # -log(p) = (1 - p) + ...
    with np.errstate(divide="ignore"):
        return -np.log(p)
