"""Columns are examples; db is one number, the sum of everything.

apart: verify.py compares its gradients
says: bias|db|shape|axis|sum|nodes
"""
import numpy as np


def linear_forward(A, W, b):
    return np.dot(W, A) + b, (A, W, b)


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dW = np.dot(dZ, A_prev.T)
    db = np.ones(b.shape) * np.sum(dZ)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db
