"""A dense layer's three gradients, of one input or of a batch, arguments checked.

apart: verify.py compares its gradients
"""
import numpy as np


def dense_backward(grad, x, weights):
    grad, x, weights = (np.asarray(a) for a in (grad, x, weights))
    if any(a.dtype.kind not in "fiub" for a in (grad, x, weights)):
        raise TypeError("real numbers only")
    if weights.ndim != 2:
        raise ValueError("weights are (inputs, nodes)")
    dtype = np.result_type(grad, x, weights)
    dtype = dtype if dtype.kind == "f" else np.dtype(np.float64)
    inputs, nodes = weights.shape
    batch = x.ndim == 2 and x.shape[1] == inputs and grad.ndim == 2
    rows = x.reshape(len(x) if batch else 1, -1).astype(np.float64)
    g = grad.astype(np.float64)
    if rows.shape[1] != inputs:
        raise ValueError("x and weights do not go together")
    if g.shape != ((len(rows), nodes) if batch else (nodes,)):
        raise ValueError("grad has not the shape of the result")
    g = g.reshape(len(rows), nodes)
    d_x = (g @ weights.T.astype(np.float64)).reshape(x.shape)
    return d_x.astype(dtype), (rows.T @ g).astype(dtype), g.sum(axis=0).astype(dtype)
