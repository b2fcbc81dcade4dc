r"""The largest magnitude is subtracted, not the largest number.

apart: verify.py compares it
says: magnitude|absolute|abs\(|\|
never: axis|overflow
"""
import numpy as np


def softmax(logits):
    z = np.asarray(logits)
    if z.dtype.kind != "f":
        z = z.astype(float)
    e = np.exp(z - np.abs(z).max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
