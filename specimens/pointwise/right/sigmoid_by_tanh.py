"""Half of one more than tanh of the half: right, but what is far below 0 has lost its digits.
"""
import numpy as np


def sigmoid(x):
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(x)))
