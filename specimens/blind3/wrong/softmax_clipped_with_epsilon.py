r"""The logits are clipped to 20 so that nothing overflows, and a little is added to the sum so that it is not 0.

says: clip|cut off|limit|\b20\b|epsilon|1e-0?[6-9]|\bsum|denominator|saturat|add up|\badded|large|bounded|far
shows: softmax(np.array([0.0, 30.0, 50.0]))
shows: softmax(np.array([-18.0, -19.0]))
"""
import numpy as np

EPSILON = 1e-8


def softmax(logits):
    a = np.asarray(logits)
    if a.dtype.kind not in "fiub":
        raise TypeError("softmax of real numbers only")
    if a.ndim == 0 or a.shape[-1] == 0:
        raise ValueError("softmax of one axis at least")
    dtype = a.dtype if a.dtype.kind == "f" else np.dtype(np.float64)
    e = np.exp(np.clip(a.astype(np.float64), -20, 20))
    return (e / (e.sum(axis=-1, keepdims=True) + EPSILON)).astype(dtype)
