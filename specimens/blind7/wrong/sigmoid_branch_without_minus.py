"""In the branch for positive numbers the minus is missing: it falls where it should rise.

apart: verify.py compares it
says: positive|above 0|greater than 0|sign|minus
never: negative (numbers|elements)|precision
"""
import numpy as np


def sigmoid(x):
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    with np.errstate(over="ignore"):
        positive = x >= 0
        out[positive] = 1 / (1 + np.exp(x[positive]))
        small = np.exp(x[~positive])
        out[~positive] = small / (1 + small)
    return out
