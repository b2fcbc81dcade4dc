"""The layer has learned before the gradient of its input is taken.

apart: verify.py compares its gradients
says: updat|learn|new weights|before|after|step|rate|already
"""
import numpy as np


class Linear:
    def __init__(self, n_in, n_out, lr=0.01):
        self.W = np.random.randn(n_in, n_out) / n_in
        self.b = np.zeros(n_out)
        self.lr = lr

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        x, g = np.atleast_2d(self.x), np.atleast_2d(dout)
        self.W -= self.lr * (x.T @ g)
        self.b -= self.lr * g.sum(axis=0)
        dx = dout @ self.W.T
        return dx
