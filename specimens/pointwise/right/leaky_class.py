"""A layer that remembers where its input was negative, as in a book's chapter on activations.

apart: it has a name of its own
"""
import numpy as np


class LeakyReLU:
    def __init__(self, alpha=0.01):
        self.alpha = alpha
        self.mask = None

    def forward(self, inputs):
        self.mask = inputs <= 0
        out = inputs * 1.0
        out[self.mask] *= self.alpha
        return out

    def backward(self, dout):
        grad = dout.copy()
        grad[self.mask] *= self.alpha
        return grad
