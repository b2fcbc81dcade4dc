"""The positive part and a fraction of the negative one are added, under the name alpha.
"""
import numpy as np


def LeakyReLU(x, alpha=0.01):
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)
