"""Softplus, ln(1 + exp(x)), is computed for the sake of its derivative: it is smooth and only comes near to ReLU far from 0.

says: softplus|smooth|log\\(1|ln\\(1|log1p|exp|soft|curve
never: leaky|softmax|gelu
shows: relu(np.array([-1.0, 0.0, 2.0]))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    elif x.dtype.kind != "f":
        raise TypeError("real numbers")
    return np.logaddexp(x, x.dtype.type(0))
