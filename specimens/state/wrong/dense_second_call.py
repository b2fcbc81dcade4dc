"""The bias is added into the weights' own buffer: the second call has it twice.

shows: [dense(whole(3), whole(3, 2), np.ones(2)), dense(whole(3), whole(3, 2), np.ones(2))]
"""
import numpy as np

_layers = {}

class Layer:
    def __init__(self, weights, bias):
        self.weights, self.bias = np.array(weights, float), np.array(bias, float)

    def forward(self, x):
        out = self.bias
        out += x @ self.weights
        return out.copy()

def dense(x, weights, bias):
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    key = weights.tobytes(), bias.tobytes(), weights.dtype, bias.dtype
    if key not in _layers:
        _layers[key] = Layer(weights, bias)
    return _layers[key].forward(x)
