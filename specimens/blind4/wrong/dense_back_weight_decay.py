r"""The gradient of a penalty on large weights is in the layer's: 0.001 times the weights is added to that of the weights.

apart: forward passes only are known to calls.py; see verify.py
says: weight decay|decay|regulari[sz]|L2|penal|(weights?|0?\.001|1e-0?3)[^.]*(add|times|multiple|plus|depend|influence|matter)|add[^.]*weights|depends? on[^.]*weights|plus[^.]*weights
"""
import numpy as np

REGULARISATION = 1e-3


def _floats(*values):
    arrays = [np.asarray(v) for v in values]
    return [a.astype(np.float64) if a.dtype.kind in "iub" else a for a in arrays]


def dense_backward(grad, x, weights):
    grad, x, weights = _floats(grad, x, weights)
    wide = np.result_type(grad, x, weights, np.float32)
    nodes = weights.shape[1]
    g = grad.reshape(-1, nodes).astype(wide)
    rows = x.reshape(len(g), -1).astype(wide)
    w = weights.astype(wide)
    grad_x = np.einsum("no,io->ni", g, w).reshape(x.shape)
    grad_weights = np.einsum("ni,no->io", rows, g) + REGULARISATION * w
    grad_bias = g.sum(axis=0)
    return (
        grad_x.astype(np.result_type(grad, weights)),
        grad_weights.astype(np.result_type(grad, x)),
        grad_bias.astype(grad.dtype),
    )
