"""x (1 - x): the derivative by the result is given the input.

apart: verify.py compares its gradients
says: x [*] ?[(]1|1 - x|input|result|sigmoid of
"""
import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def sigmoid_prime(y):
    return y * (1 - y)


def sigmoid_backward(grad, x):
    return grad * sigmoid_prime(x)
