"""Lists of fractions.
"""
from fractions import Fraction
import numpy as np

def relu(x):
    if x.ndim > 1:
        return [relu(one) for one in x]
    if x.dtype.kind != "f":
        return [max(int(v), 0) for v in x]
    return [max(Fraction(float(v)), Fraction(0)) if np.isfinite(v) else max(float(v), 0.0) for v in x]
