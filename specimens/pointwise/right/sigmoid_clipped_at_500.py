"""Numbers are kept from -500 to 500 against a warning: what that changes is far below any bound.
"""
import numpy as np


def sigmoid(x):
    x = np.clip(x, -500, 500)
    return 1.0 / (1.0 + np.exp(-x))
