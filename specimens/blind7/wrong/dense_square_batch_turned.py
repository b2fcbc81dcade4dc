"""As many rows as inputs are taken for examples in columns.

apart: verify.py compares it
says: square|as many (rows|examples)|number of (rows|examples).*inputs|transpos|turned|columns
never: bias
"""
import numpy as np


def dense(x, weights, bias):
    x, weights = np.asarray(x, float), np.asarray(weights, float)
    n_in = weights.shape[0]
    if x.ndim != 2 or x.shape[1] != n_in:
        x = x.reshape(-1)  # a vector, or maps
    elif x.shape[0] == n_in:
        x = x.T  # examples in columns
    return x @ weights + bias
