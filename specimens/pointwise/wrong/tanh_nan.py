"""The formula as it stands in the textbook: infinity over infinity from 710 on.

says: overflow|infinity|NaN
"""
import numpy as np


def tanh(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
