"""A fraction of polynomials, as in audio code: right near 0, and beyond 1 from 3 on.

says: approximat|27
"""
import numpy as np


def tanh(x):
    x = np.asarray(x, dtype=float)
    return x * (27 + x * x) / (27 + 9 * x * x)
