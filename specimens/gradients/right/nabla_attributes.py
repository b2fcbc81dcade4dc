"""A book's names: backprop returns nothing, and the gradients are nablas.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class FullyConnected:
    def __init__(self, n_inputs, n_outputs):
        self.w = np.random.randn(n_outputs, n_inputs)
        self.b = np.zeros(n_outputs)

    def feedforward(self, a):
        self.a = a
        return a @ self.w.T + self.b

    def backprop(self, delta):
        """Nothing comes back: nabla_w, nabla_b and delta_a are kept."""
        d, a = np.atleast_2d(delta), np.atleast_2d(self.a)
        self.nabla_w = d.T @ a
        self.nabla_b = d.sum(axis=0)
        self.delta_a = delta @ self.w
