"""The gradient of the bias is a mean over the rows, that of the weights a sum.

apart: verify.py compares its gradients
says: bias|averag|mean|divid|batch|rows|examples|1/N
"""
import numpy as np


def linear(x, weights, bias):
    return x @ weights + bias


def linear_backward_input(grad, weights):
    return grad @ weights.T


def linear_backward_weights(grad, x):
    return np.atleast_2d(x).T @ np.atleast_2d(grad)


def linear_backward_bias(grad):
    return np.atleast_2d(grad).mean(axis=0)
