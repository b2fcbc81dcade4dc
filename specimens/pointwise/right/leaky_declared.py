"""One function for several activations, whose call is declared.

apart: it has a name of its own
"""
import numpy as np

CNNSPEC = {
    "calls": {
        "leaky_relu": "activate(x, 'leaky', slope)",
        "sigmoid": "activate(x, 'logistic')",
        "tanh": "activate(x, 'tanh')",
    }
}


def activate(values, kind, parameter=0.01):
    values = np.asarray(values)
    if values.dtype.kind != "f":
        values = values.astype(float)
    if kind == "leaky":
        return values * np.where(values < 0, values.dtype.type(parameter), values.dtype.type(1))
    if kind == "tanh":
        return np.tanh(values)
    halves = np.tanh(values / 2)
    return (1 + halves) / 2
