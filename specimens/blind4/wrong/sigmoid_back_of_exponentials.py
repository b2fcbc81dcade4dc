r"""The slope is exp(-x) / (1 + exp(-x))**2 of x itself, not of |x|: far below 0 the exponential overflows, and it is infinity by infinity.

apart: forward passes only are known to calls.py; see verify.py
says: overflow|nan|infin|not finite|(far|large|very)[^.]*(negative|below)|exp\(-x\)
"""
import numpy as np


def sigmoid_backward(grad, x):
    grad, x = (np.asarray(a) for a in (grad, x))
    if grad.dtype.kind in "iub":
        grad = grad.astype(np.float64)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(-x)
        slope = e / (1 + e) / (1 + e)
    return grad * slope
