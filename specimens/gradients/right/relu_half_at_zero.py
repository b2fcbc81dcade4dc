"""The derivative at 0 is a half, as a subgradient in the middle.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def relu(x):
    return np.maximum(x, 0.0)


def relu_backward(grad, x):
    return grad * np.heaviside(x, 0.5)
