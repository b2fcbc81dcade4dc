"""A small number inside the logarithm biases every loss.

shows: cross_entropy(np.array([1e-9, 1 - 1e-9]), 0)
never: negative label
"""
import numpy as np

def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities):
        raise ValueError("label")
    return -np.log(probabilities[label] + 1e-7)
