"""backward returns the derivative alone: what arrives is dropped.

apart: verify.py compares its gradients
says: incoming|dropp|ignor|chain|multipl|without the gradient|whatever the gradient|derivative
"""
import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return self.out * (1 - self.out)
