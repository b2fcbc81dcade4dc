"""dx is dout itself, and zeros are written into it.

apart: verify.py compares its gradients
says: in place|chang|modif|overwr|alter|mutat|written
"""
import numpy as np


def relu_forward(x):
    out = np.maximum(0, x)
    cache = x
    return out, cache


def relu_backward(dout, cache):
    dx, x = dout, cache
    dx[x <= 0] = 0
    return dx
