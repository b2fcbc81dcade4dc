"""1/p at the label, without the minus.

apart: verify.py compares its gradients
says: sign|negat|minus
"""
import numpy as np


def cross_entropy_backward(probabilities, label):
    gradient = np.zeros(np.shape(probabilities))
    gradient[label] = 1 / probabilities[label]
    return gradient
