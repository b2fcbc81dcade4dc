r"""1e-5 is added to the probability before its logarithm is taken, against ln(0), so that every loss is a little too small and certainty costs less than nothing.

says: 1e-0?5|epsilon|constant|added|adds?\b|small (number|constant)|inside the log|offset|plus|ln\(p ?\+|too small|slightly|floor
never: base|mean|number of classes|label|smooth
shows: cross_entropy(np.array([0.25, 0.75]), 0)
shows: cross_entropy(np.array([1e-5, 1 - 1e-5]), 0)
"""
import operator

import numpy as np

def _checked(probabilities, label):
    p = np.asarray(probabilities)
    if p.dtype.kind not in "fiub":
        raise TypeError("probabilities must be real numbers")
    if p.ndim != 1 or len(p) == 0:
        raise ValueError(f"probabilities must be (classes,), got {p.shape}")
    label = operator.index(label)
    if not 0 <= label < len(p):
        raise ValueError(f"label {label} is none of {len(p)} classes")
    return p.astype(np.float64), label


def cross_entropy(probabilities, label, eps=1e-5):
    p, label = _checked(probabilities, label)
    return -np.log(p[label] + eps)
