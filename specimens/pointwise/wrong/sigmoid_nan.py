"""e^x over 1 + e^x: infinity over infinity from 710 on.

says: overflow|infinity|NaN
"""
import numpy as np


def sigmoid(x):
    e = np.exp(x)
    return e / (1 + e)
