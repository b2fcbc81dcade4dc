"""Negative gradients are stopped, too, as in guided backpropagation.

apart: its calls are drawn by verify.py
says: (negative|below 0).*(grad|incoming|stop|pass|0)|grad.*(negative|below 0|sign)|guided
"""

import numpy as np


def relu_backward(grad, x):
    g, x = np.asarray(grad), np.asarray(x)
    if g.dtype.kind != "f":
        g = g.astype(np.float64)
    if g.shape != x.shape:
        raise ValueError("grad and x differ in their shapes")
    passes = (x > 0) & (g > 0)
    return np.where(passes, g, g.dtype.type(0))
