"""numpy.where, one line, as in most notebooks.
"""
import numpy as np


def leaky_relu(x, slope=0.01):
    return np.where(x > 0, x, slope * x)
