"""Layers that are called, with the activation's value kept for the way back.

apart: it has a name of its own
"""
import numpy as np


class Layer:
    def __call__(self, x):
        return self.forward(x)


class TanhActivation(Layer):
    def forward(self, x):
        self.output = np.tanh(x)
        return self.output

    def backward(self, grad):
        return grad * (1 - self.output**2)
