"""A function for each of the three gradients.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def linear(x, weights, bias):
    return x @ weights + bias


def linear_backward_input(grad, weights):
    return grad @ weights.T


def linear_backward_weights(grad, x):
    return np.atleast_2d(x).T @ np.atleast_2d(grad)


def linear_backward_bias(grad):
    return np.atleast_2d(grad).sum(axis=0)
