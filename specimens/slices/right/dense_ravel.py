"""A dense layer on the ravelled input.

shows: dense(whole(5, 8)[1:4, 2:6], whole(12, 3), whole(3))
"""
import numpy as np

class DenseLayer:
    def forward(self, x, weights, bias):
        x = np.ravel(x)
        if x.shape[0] != weights.shape[0]:
            raise ValueError(f"expected {weights.shape[0]} inputs, got {x.shape[0]}")
        if bias.shape != (weights.shape[1],):
            raise ValueError("one bias for each node, please")
        return np.asarray(x, float) @ weights + bias if x.dtype.kind in "iub" else x @ weights + bias

def dense(x, weights, bias):
    return DenseLayer().forward(x, weights, bias)
