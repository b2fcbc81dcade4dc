"""The logarithm is a rational approximation around 1, three terms of 2 artanh((p - 1) / (p + 1)): good for probabilities near 1, and far too small for small ones.

says: approx|series|terms|rational|accura|inaccura|precis|small probabilit|near (0|zero)|polynomial|finite|too (small|low)|artanh|taylor
never: base|smooth
shows: cross_entropy(np.array([0.01, 0.99]), 0)
"""
import operator

import numpy as np


def _ln(p):
    t = (p - 1) / (p + 1)
    return 2 * (t + t ** 3 / 3 + t ** 5 / 5)


def cross_entropy(probabilities, label):
    p = np.asarray(probabilities)
    if p.ndim != 1 or p.size == 0:
        raise ValueError("probabilities must be a vector")
    if p.dtype.kind not in "fiub":
        raise TypeError("probabilities must be real numbers")
    label = operator.index(label)
    if label < 0 or label >= p.size:
        raise ValueError(f"label {label} of {p.size} classes")
    return 0.0 - _ln(float(p[label]))
