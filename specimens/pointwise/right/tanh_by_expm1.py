"""By expm1 of the negative double of the magnitude: every digit is right, near 0 too.
"""
import numpy as np


def tanh(x):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    below = np.expm1(-2 * np.abs(x))
    return np.copysign(below / (2 + below), x)
