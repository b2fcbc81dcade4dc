"""Of anything but a vector the second axis is normalised: right for rows, wrong for three axes and more.

says: axis|axes|(3|three|more) (axes|dim)|dimension|wrong (rows|way)|along|sum to 1|rows?[^.]*(columns?|other)
shows: softmax(np.arange(12.0).reshape(2, 2, 3))
"""
import numpy as np


def softmax(logits):
    z = np.asarray(logits)
    if z.dtype.kind in "iub":
        z = z.astype(np.float64)
    wide = z.astype(np.result_type(z, np.float32))
    axis = 0 if z.ndim == 1 else 1
    if z.size == 0:
        return np.zeros_like(z)
    with np.errstate(invalid="ignore"):
        e = np.exp(wide - np.max(wide, axis=axis, keepdims=True))
    return (e / np.sum(e, axis=axis, keepdims=True)).astype(z.dtype)
