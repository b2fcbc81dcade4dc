"""The cheap sigmoid of phones, under the name of the real one.

says: hard sigmoid
"""
import numpy as np


def sigmoid(x):
    return np.clip(0.2 * np.asarray(x, dtype=float) + 0.5, 0, 1)
