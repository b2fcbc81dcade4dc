"""The default of another framework, 0.3: whoever calls it says which slope is meant.

apart: its default is another one
"""
import numpy as np


def leaky_relu(x, slope=0.3):
    x = np.asarray(x)
    return np.where(x >= 0, x, x * slope)
