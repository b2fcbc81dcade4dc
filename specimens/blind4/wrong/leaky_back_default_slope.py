r"""The slope that holds where none is given is 0.1, ten times that of the layer.

apart: forward passes only are known to calls.py; see verify.py
says: default|\b0?\.1\b|ten times|10 times|slope[^.]*(not given|omitted|left out|missing|wrong|other|another|instead|too (large|steep)|times|without)
"""
import numpy as np


def leaky_relu(x, slope=0.01):
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    return np.where(x > 0, x, x.dtype.type(slope) * x)


def leaky_relu_backward(grad, x, slope=0.1):
    grad, x = np.asarray(grad), np.asarray(x)
    if grad.dtype.kind != "f":
        grad = grad.astype(np.float64)
    out = grad.copy()
    below = ~(x > 0)
    with np.errstate(invalid="ignore"):
        out[below] = grad[below] * grad.dtype.type(slope)
    return out
