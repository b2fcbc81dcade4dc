"""max(x, slope * x): of slopes above 1 it takes the other side.

apart: verify.py compares it
says: max|slopes?.*(1|above|larger|more|greater)
never: precision
"""
import numpy as np


def leaky_relu(x, slope=0.01):
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype(float)
    return np.maximum(x, slope * x)
