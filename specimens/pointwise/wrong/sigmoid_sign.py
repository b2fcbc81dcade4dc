"""The minus sign is lost: it falls where it should rise.

says: sign|1 - |exp.x.
"""
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(np.asarray(x)))
