"""int(label) takes 1.7 for 1.

shows: refused(cross_entropy, np.array([0.25, 0.25, 0.5]), 1.7)
"""
import numpy as np

def cross_entropy(probabilities, label):
    label = int(label)
    if not 0 <= label < len(probabilities):
        raise ValueError(f"no class {label}")
    return -np.log(probabilities[label])
