"""forward is a ReLU, and the derivative that of a leaky one.

apart: verify.py compares its gradients
says: leak|0[.]01|slope|negative|below 0
"""
import numpy as np


def relu(x):
    return np.maximum(0, x)


def relu_derivative(x):
    return np.where(x > 0, 1.0, 0.01)


def relu_backward(grad, x):
    return grad * relu_derivative(x)
