"""Labels are counted from 1, and 0 is the last class.
"""
import numpy as np

def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities):
        raise ValueError("label")
    return -np.log(probabilities[int(label) - 1])
