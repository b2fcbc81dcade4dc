r"""Two mistakes: the logits are divided by a temperature of 2, left over from distillation, and rows of logits are normalised down the columns, because softmax was written for one column vector.

says: temperature|half|halv|\b2\b|two|scal|divid|factor|0\.5|square root|sqrt|flat|soft
says: axis|column|row|first axis|along
shows: softmax(whole(5))
shows: softmax(np.zeros((2, 5)))
"""
import numpy as np

T = 2.0


def softmax(logits):
    q = np.asarray(logits)
    if q.dtype.kind not in "biuf":
        raise TypeError("no real numbers")
    if q.ndim == 0 or q.shape[-1] == 0:
        raise ValueError("no nodes")
    if q.size == 0:
        return np.zeros(q.shape)
    q = q.astype(np.float64) / T
    with np.errstate(invalid="ignore"):
        e = np.exp(q - q.max(axis=0))
    return e / e.sum(axis=0)
