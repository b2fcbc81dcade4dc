"""Whether weights lie as (inputs, nodes) or (nodes, inputs) is guessed by their shape: with as many nodes as inputs the gradient of the input is multiplied by the weights where they should be transposed.

apart: forward passes only are known to calls.py; see verify.py
says: transpos|square|as many|equals? the number|(rows|columns)[^.]*weights
"""
import numpy as np


def _f(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "iub" else a


def dense_backward(grad, x, weights):
    grad, x, weights = _f(grad), _f(x), _f(weights)
    wide = np.result_type(grad, x, weights, np.float32)
    g, w = np.atleast_2d(grad).astype(wide), weights.astype(wide)
    rows = x.reshape(len(g), -1).astype(wide) if grad.ndim == 2 else x.reshape(1, -1).astype(wide)
    to_inputs = w if w.shape[0] == g.shape[1] else w.T
    dx = g @ to_inputs
    dw = rows.T @ g
    return (
        dx.reshape(x.shape).astype(np.result_type(grad, weights)),
        dw.astype(np.result_type(grad, x)),
        g.sum(0).astype(grad.dtype),
    )
