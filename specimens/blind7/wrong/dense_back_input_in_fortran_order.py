"""The gradient to the maps is brought into their shape in Fortran order.

apart: verify.py compares it
says: Fortran|order|reshap|column by column|transpos|flatten
never: averag|bias
"""
import numpy as np


def dense_backward(grad, x, weights):
    grad, x, weights = (np.asarray(a, float) for a in (grad, x, weights))
    if grad.ndim == 2:
        return grad @ weights.T, x.T @ grad, grad.sum(axis=0)
    d_weights = np.outer(x.ravel(), grad)
    d_x = (weights @ grad).reshape(x.shape, order="F")
    return d_x, d_weights, grad.copy()
