"""Both branches take exp of the magnitude, and the one for negative numbers forgets its numerator.

says: negative|magnitude|absolute
"""
import numpy as np


def sigmoid(x):
    x = np.asarray(x, dtype=float)
    return 1 / (1 + np.exp(-np.abs(x)))
