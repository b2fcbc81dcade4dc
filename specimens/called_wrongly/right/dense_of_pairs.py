"""A layer that wants (weights, bias) as one pair; ReLU beside it is right.

exit: 3
"""
import numpy as np

def relu(x):
    return np.maximum(x, 0)

def dense(x, parameters):
    weights, bias = parameters
    return np.ravel(x) @ weights + bias
