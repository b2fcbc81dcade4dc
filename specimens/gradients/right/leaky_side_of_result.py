"""The side is read off the result: right for slopes from 0 to 1; below 0 it is advised against.

apart: verify.py compares its gradients
"""
import numpy as np


class LeakyReLU:
    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        self.out = np.where(x > 0, x, self.slope * x)
        return self.out

    def backward(self, grad):
        return np.where(self.out > 0, grad, self.slope * grad)
