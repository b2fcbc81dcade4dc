"""Importing takes longer than a call may.

options: --time-limit 1
"""
import time
import numpy as np

time.sleep(2.5)

def cross_entropy(probabilities, label):
    if label >= len(probabilities) or label < 0:
        raise ValueError("label")
    with np.errstate(divide="ignore"):
        return -np.log(probabilities[label])
