"""The parameter is there and the constant is used.

apart: its parameter has a name of its own
says: slope
"""
import numpy as np


def leaky_relu(x, alpha=0.01):
    return np.where(x > 0, x, 0.01 * x)
