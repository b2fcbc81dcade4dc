"""The demonstration at the end fails; what was defined by then is wrong.
"""
import numpy as np

def cross_entropy(probabilities, label):
    if not 0 <= label < len(probabilities):
        raise ValueError("no such class")
    return -np.log2(probabilities[label])

image = np.load("picture_of_mine.npy")
print(cross_entropy(image, 0))
