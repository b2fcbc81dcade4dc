"""The library multiplies by weights of (nodes, inputs), and these are brought to that shape by reshape and not by a transposition: weights get to other inputs and nodes.

says: reshap|transpos|order|layout|row.major|column.major|(nodes, ?inputs)|(wrong|other|another|different) (input|node|weight)|mixed|flat index|scrambl
never: bias
shows: dense(np.arange(4.0), whole(4, 3), np.zeros(3))
"""
import numpy as np

def _read(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    if any(array.dtype.kind not in "fiub" for array in (x, weights, bias)):
        raise TypeError("x, weights and bias must hold real numbers")
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"weights must be (inputs, nodes), got {weights.shape}")
    if x.size != weights.shape[0]:
        raise ValueError(f"{x.size} inputs for weights of {weights.shape}")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias of {bias.shape} for weights of {weights.shape}")
    return x.astype(np.float64), weights.astype(np.float64), bias.astype(np.float64)


def dense(x, weights, bias):
    x, weights, bias = _read(x, weights, bias)
    inputs, nodes = weights.shape
    return weights.reshape(nodes, inputs) @ x.ravel() + bias
