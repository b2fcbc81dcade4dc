r"""The probabilities are rounded to four decimals, as they were printed.

says: round|decimal|0\.0001|precis|digits
shows: softmax(np.array([1.0, 2.0, 4.0]))
"""
import numpy as np


def softmax(logits):
    z = np.asarray(logits)
    z = z.astype(np.float64) if z.dtype.kind in "iub" else z
    wide = z.astype(np.float64)
    e = np.exp(wide - wide.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return np.round(p, 4).astype(z.dtype)
