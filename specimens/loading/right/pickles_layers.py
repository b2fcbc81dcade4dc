"""Layers are saved and loaded again before each use.
"""
import copyreg
import pickle
import numpy as np

class Dense:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def __call__(self, x):
        return np.reshape(x, -1) @ self.weights + self.bias

def dense(x, weights, bias):
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    layer = pickle.loads(pickle.dumps(Dense(weights, bias)))
    return pickle.loads(pickle.dumps(dense)) and layer(x)
