import numpy as np

from .base import Layer


class ReLU(Layer):
    def forward(self, x):
        self.cache = x
        return np.maximum(x, 0)

    def backward(self, grad):
        return np.where(self.cache > 0, grad, 0)


class Softmax(Layer):
    def forward(self, x):
        shifted = x - np.amax(x, axis=-1, keepdims=True)
        e = np.exp(shifted)
        self.cache = e / np.sum(e, axis=-1, keepdims=True)
        return self.cache.copy()
