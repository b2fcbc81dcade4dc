"""A layer of a network from scratch, with a backward pass that uses its own result.

apart: it has a name of its own
"""
import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = np.exp(-np.logaddexp(0, -x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out
