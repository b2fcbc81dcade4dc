"""The largest logit of the whole batch is subtracted: rows far below it underflow to 0 / 0.

apart: its calls are drawn by verify.py
says: whole (batch|array|input)|all rows|other rows?|over all|of the (batch|array)|not of (its|each) row|row.*(far|below|largest)
"""

import numpy as np


def softmax(logits):
    z = np.asarray(logits)
    if z.dtype.kind in "iub":
        z = z.astype(np.float64)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError("no logits")
    if z.size == 0:
        return z.copy()
    wide = z.astype(np.result_type(z, np.float32))
    e = np.exp(wide - wide.max())
    p = e / e.sum(axis=-1, keepdims=True)
    return p.astype(z.dtype)
