"""The weights' gradient comes as (nodes, inputs), and the weights are (inputs, nodes).

apart: verify.py compares its gradients
says: transpos|shape|turned|swapp
"""
import numpy as np


class Dense:
    def __init__(self, n_in, n_out):
        self.params = {"W": np.random.randn(n_in, n_out), "b": np.zeros(n_out)}
        self.gradients = {}

    def forward_pass(self, X):
        self.X = X
        return X @ self.params["W"] + self.params["b"]

    def backward_pass(self, grad):
        self.gradients["W"] = grad.T @ self.X
        self.gradients["b"] = grad.sum(axis=0)
        return grad @ self.params["W"].T
