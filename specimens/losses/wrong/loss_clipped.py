"""The probability is clipped where no library would: at 0.01.

shows: cross_entropy(np.array([0.001, 0.999]), 0)
"""
import numpy as np

def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities):
        raise ValueError("label")
    return -np.log(np.clip(probabilities, 0.01, 0.99))[label]
