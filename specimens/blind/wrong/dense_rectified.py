"""The activation belongs to the layer here, with "relu" by default: negative totals come out as 0.

says: relu|rectif|negative|below (0|zero)|activation|cut|max\\(
never: bias|softmax|inputs? (that|which) (is|are) negative
shows: dense(np.ones(2), -np.ones((2, 3)), np.array([0.0, 1.0, 4.0]))
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


ACTIVATIONS = {None: lambda z: z, "relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}


def dense(x, weights, bias, activation="relu"):
    x, weights, bias = _read(x, weights, bias)
    return ACTIVATIONS[activation](x.flatten() @ weights + bias)
