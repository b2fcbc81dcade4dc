"""A layer that holds its own learning rate and takes the step inside.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
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
        dx = dout @ self.W.T
        self.W -= self.lr * (x.T @ g)
        self.b -= self.lr * g.sum(axis=0)
        return dx
