import numpy as np

from .base import Layer


class ReLU(Layer):
    def forward(self, inputs):
        self.inputs = inputs
        return np.maximum(inputs, 0)

    def backward(self, grad):
        return grad * (self.inputs > 0)
