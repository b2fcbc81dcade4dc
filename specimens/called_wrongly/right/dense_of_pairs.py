"""A layer that wants (weights, bias) as one pair, which is found; ReLU beside it is right.

exit: 1
says: every number tested is right
"""
import numpy as np

def relu(x):
    return np.maximum(x, 0)

def dense(x, parameters):
    weights, bias = parameters
    return np.ravel(x) @ weights + bias
