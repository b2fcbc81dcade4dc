"""1e-15 inside the logarithm: labels have nothing to do with it.

shows: cross_entropy(np.array([0.0, 1.0]), 0)
never: negative label
"""
import numpy as np

def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities):
        raise ValueError("label")
    return -np.log(probabilities[label] + 1e-15)
