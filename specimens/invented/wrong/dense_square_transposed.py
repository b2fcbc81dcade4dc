"""The product is written the way round in which the shapes fit, trying weights @ x first: square weights fit
both ways, and are used transposed.

says: transpos|square|rows and columns|(nodes, inputs)|swapped
never: fortran|flatten|bias
shows: dense(whole(3), np.arange(9.0).reshape(3, 3), np.zeros(3))
"""
import numpy as np

def dense(x, weights, bias):
    v, w, b = (np.asarray(a).astype(np.float64) for a in (x, weights, bias))
    v = v.reshape(-1)
    if w.ndim != 2 or v.size != w.shape[0] or not v.size:
        raise ValueError("x does not fit the weights")
    if b.ndim != 1 or b.size != w.shape[1] or not b.size:
        raise ValueError("bias does not fit the weights")
    if w.shape[-1] == v.size:
        return w.dot(v) + b
    return v.dot(w) + b
