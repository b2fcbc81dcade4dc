r"""The square is taken of x before the tanh and not of the result: 1 - tanh(x**2).

apart: forward passes only are known to calls.py; see verify.py
says: square|x\*\*2|x \* x|x\^2|(formula|curve|slope|derivative|factor)[^.]*(tanh|other|1 -|another|wrong|is )|1 - tanh|power
"""
import numpy as np


def tanh_backward(grad, x):
    grad, x = np.asarray(grad), np.asarray(x)
    grad = grad.astype(np.float64) if grad.dtype.kind in "iub" else grad
    x = x.astype(np.float64) if x.dtype.kind in "iub" else x
    with np.errstate(over="ignore"):
        return grad * (1 - np.tanh(x ** 2))
