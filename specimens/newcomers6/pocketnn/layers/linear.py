import numpy as np

from .base import Layer


class Linear(Layer):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.params["w"] = np.random.randn(in_features, out_features) / in_features ** 0.5
        self.params["b"] = np.zeros(out_features)

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.params["w"] + self.params["b"]

    def backward(self, grad):
        self.grads["w"] = self.inputs.T @ grad
        self.grads["b"] = grad.sum(axis=0)
        return grad @ self.params["w"].T


class Flatten(Layer):
    def forward(self, inputs):
        self.shape = inputs.shape
        return inputs.reshape(inputs.shape[0], -1)

    def backward(self, grad):
        return grad.reshape(self.shape)
