"""The mean's 1/N stands in the subtraction's line and in the return.

apart: verify.py compares its gradients
says: twice|N[^a-z]*(2|[*][*])|squared|divid|batch|mean|averag
"""
import numpy as np


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        x = x - x.max(axis=1, keepdims=True)
        e = np.exp(x)
        self.y = e / e.sum(axis=1, keepdims=True)
        return -np.log(self.y[np.arange(len(t)), t]).mean()

    def backward(self, dout=1):
        n = len(self.t)
        target = np.zeros_like(self.y)
        target[np.arange(n), self.t] = 1
        dx = (self.y - target) / n
        return dx * dout / n
