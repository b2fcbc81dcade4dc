"""The gradient of an input of several axes is brought into its shape by columns (the first axis fastest), where the layer flattens by rows.

apart: forward passes only are known to calls.py; see verify.py
says: order|fortran|column|reshap|transpos|axes|axis|permut|flatten|shuffl|scrambl|C order|F order
"""
import numpy as np


def dense_backward(grad, x, weights):
    grad, x, weights = (
        a if a.dtype.kind == "f" else a.astype(np.float64) for a in (np.asarray(v) for v in (grad, x, weights))
    )
    wide = np.result_type(grad, x, weights, np.float32)
    W = weights.astype(wide)
    dx_type, dw_type = np.result_type(grad, weights), np.result_type(grad, x)
    if grad.ndim == 1:
        d = grad.astype(wide)
        dx = np.reshape(W @ d, x.shape, order="F")
        dW = np.outer(x.astype(wide).ravel(), d)
        db = d
    else:
        d = grad.astype(wide)
        rows = x.astype(wide).reshape(len(d), -1)
        dx = (d @ W.T).reshape(x.shape)
        dW = rows.T @ d
        db = d.sum(axis=0)
    return dx.astype(dx_type), dW.astype(dw_type), db.astype(grad.dtype)
