r"""The logarithms of the probabilities are returned (log-softmax), for the loss of the author's framework takes
them so.

says: log[- _]?softmax|logarithm|\bln\b|log[- _]?prob|\blogs?\b
never: base|negative probabilities
shows: softmax(np.array([1.0, 2.0, 3.0]))
"""
import numpy as np

def logsumexp(z):
    top = z.max(axis=-1, keepdims=True)
    return top + np.log(np.exp(z - top).sum(axis=-1, keepdims=True))

def softmax(logits):
    z = np.asarray(logits, dtype=float)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError("logits are (..., nodes)")
    return z - logsumexp(z)
