"""On the left side the slope stands by itself, without the gradient.

apart: verify.py compares its gradients
says: slope|incoming|constant|multipl
"""
import numpy as np


def leaky_relu(x, slope=0.01):
    return np.where(x > 0, x, slope * x)


def leaky_relu_backward(grad, x, slope=0.01):
    return np.where(x > 0, grad, slope)
