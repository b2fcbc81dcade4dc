"""The mean over all elements of the one-hot matrix.
"""
import numpy as np

def cross_entropy(probabilities, label):
    target = np.eye(len(probabilities))[label]
    if label < 0:
        raise ValueError("label")
    with np.errstate(divide="ignore"):
        return -np.mean(np.where(target > 0, np.log(probabilities), 0))
