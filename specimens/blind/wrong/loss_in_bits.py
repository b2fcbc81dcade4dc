"""The logarithm is that to base 2, as in information theory: the loss comes in bits and not in nats.

says: base|bits|log2|log_2|binary logarithm|ln ?\\(?2|1\\.44|natural|logarithm
never: log10|base 10|classes
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
    with np.errstate(divide="ignore"):
        return 0.0 - np.log2(p[label].astype(np.float64))
