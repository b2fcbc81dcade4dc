"""The default of another framework, 0.3, in a function that says nothing of it.

says: 0\.3
"""
import numpy as np


def leaky_relu(x, slope=0.3):
    x = np.asarray(x, dtype=float)
    return np.where(x >= 0, x, x * slope)
