"""The dense layer is called wrongly, but ReLU beside it is wrong.

shows: relu(whole(3, 3))
"""
import numpy as np

def dense(x, layer):
    return layer.weights.T @ np.ravel(x) + layer.bias

def relu(x):
    return np.where(np.abs(x) > 1, np.maximum(x, 0), 0).astype(x.dtype)
