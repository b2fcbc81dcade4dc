r"""1e-7 inside the logarithm.

shows: cross_entropy(np.array([1e-9, 1 - 1e-9]), 0)
never: negative label
says: added to the probability|ln\(p \+
"""
import numpy as np

EPS = 1e-7

def cross_entropy(probabilities, label):
    assert 0 <= label < len(probabilities)
    return -np.log(probabilities + EPS)[label]
