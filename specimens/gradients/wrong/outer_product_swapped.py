"""The outer product of gradient and input, poured into the weights' shape.

apart: verify.py compares its gradients
says: outer|swapp|transpos|order|exchang|interchang
"""
import numpy as np


class FullyConnected:
    def __init__(self, inputs, outputs):
        self.w = np.random.normal(0, 0.1, (inputs, outputs))
        self.b = np.zeros(outputs)

    def forward(self, x):
        self.shape, self.x = x.shape, x.ravel()
        return self.x @ self.w + self.b

    def backward(self, d):
        self.dw = np.outer(d, self.x).reshape(self.w.shape)
        self.db = d
        return (self.w @ d).reshape(self.shape)
