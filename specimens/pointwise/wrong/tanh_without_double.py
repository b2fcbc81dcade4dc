"""By the sigmoid, of x instead of its double: tanh of the half.

says: half|halved|x / 2
"""
import numpy as np
from scipy.special import expit


def tanh(x):
    return 2 * expit(np.asarray(x, dtype=float)) - 1
