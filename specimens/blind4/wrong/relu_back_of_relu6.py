r"""The derivative is that of ReLU6: from 6 on no gradient passes.

apart: forward passes only are known to calls.py; see verify.py
says: relu ?6|\b6\b|upper|(large|big)[^.]*(x|number|input|value)|clip|clamp|cap|satur|beyond|(from|above|over|larger than|more than) (about )?\d
"""
import numpy as np


def relu_backward(grad, x):
    grad, x = np.asarray(grad), np.asarray(x)
    if grad.dtype.kind in "iub":
        grad = grad.astype(np.float64)
    passes = np.logical_and(x > 0, x < 6)
    return np.where(passes, grad, grad.dtype.type(0))
