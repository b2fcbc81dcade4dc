"""Twice the sigmoid of the double, less 1: right, and without digits near 0.
"""
import numpy as np
from scipy.special import expit


def tanh(x):
    x = np.asarray(x)
    x = x if x.dtype.kind == "f" else x.astype(float)
    return 2 * expit(2 * x) - 1
