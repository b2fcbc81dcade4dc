"""Sums other than 1 are refused, which is a limit; so is a class of probability 0, which is none.

shows: cross_entropy(np.array([0, .5, .5]), 1)
"""
import math

def cross_entropy(probabilities, label):
    p = [float(one) for one in probabilities]
    if abs(sum(p) - 1) > 0.01:
        raise ValueError("these are no probabilities")
    if not 0 <= label < len(p):
        raise IndexError(label)
    logs = [math.log(one) for one in p]
    return -logs[label]
