"""The derivative is returned, as by a function with a switch that stands the wrong way.

says: derivative
"""
import numpy as np


def tanh(x, derivative=True):
    t = np.tanh(np.asarray(x, dtype=float))
    return 1 - t**2 if derivative else t
