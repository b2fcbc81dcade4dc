"""The slope of another framework, 0.3, in a function that takes none.

says: 0[.]3
"""
import numpy as np


def leaky_relu(x):
    x = np.asarray(x, dtype=float)
    return np.where(x >= 0, x, x * 0.3)
