"""The formula as it stands: exp overflows to infinity, of which the reciprocal is 0, as it should be.
"""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))
