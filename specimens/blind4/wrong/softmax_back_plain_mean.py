r"""The mean of the incoming gradient is subtracted, where it is the mean weighted by the probabilities.

apart: forward passes only are known to calls.py; see verify.py
says: mean|average|unweighted|weight|(sum|dot)[^.]*(probabilit|p \*|grad)|1 ?/ ?n|not weighted|number of (classes|nodes|logits)
"""
import numpy as np


def softmax_backward(grad, logits):
    grad, logits = np.asarray(grad), np.asarray(logits)
    if grad.dtype.kind in "iub":
        grad = grad.astype(np.float64)
    if logits.dtype.kind in "iub":
        logits = logits.astype(np.float64)
    dtype = np.result_type(grad, logits)
    if logits.size == 0:
        return np.zeros(logits.shape, dtype)
    wide = np.result_type(dtype, np.float32)
    z, g = logits.astype(wide), grad.astype(wide)
    with np.errstate(invalid="ignore"):
        p = np.exp(z - z.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        centre = g.mean(axis=-1, keepdims=True)
        return (p * (g - centre)).astype(dtype)
