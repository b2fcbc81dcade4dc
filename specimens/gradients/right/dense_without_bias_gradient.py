"""A layer without a bias of its own gives two gradients only.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def dense_backward(grad, x, weights):
    """gradients of the inputs and of the weights"""
    d_x = np.dot(grad, weights.T).reshape(x.shape)
    d_weights = np.dot(x.T, grad) if x.ndim == 2 else np.outer(x, grad)
    return d_x, d_weights
