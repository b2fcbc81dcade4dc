"""The gradient of the binary loss, for a loss of many classes.

apart: verify.py compares its gradients
says: binary|1 - p|other class|all classes|class
"""
import numpy as np


class CategoricalCrossEntropy:
    def loss(self, y, p):
        return -np.sum(y * np.log(p))

    def gradient(self, y, p):
        return -(y / p) + (1 - y) / (1 - p)


def cross_entropy_backward(probabilities, label):
    y = np.zeros(len(probabilities))
    y[label] = 1
    return CategoricalCrossEntropy().gradient(y, probabilities)
