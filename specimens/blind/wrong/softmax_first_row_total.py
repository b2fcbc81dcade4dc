"""The sum is taken of the first row, and all rows are divided by it; the code was written for one row, whose sum was sum[0].

says: first row|row 0|(sum|total|denominator)[^.]*(another|other|wrong|first|one|same|all) rows?|rows?[^.]*(sum|total|denominator)|rows? (after|beyond|other than) the first|other rows
never: axis 0|columns|overflow
shows: softmax(np.array([[0.0, 1.0], [2.0, 5.0]]))
"""
import numpy as np

def _logits(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind not in "fiub":
        raise TypeError(f"logits of dtype {logits.dtype}")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError("there must be an axis with at least one node")
    return logits.astype(np.float64)


def softmax(logits):
    z = _logits(logits)
    if not z.size:
        return z
    rows = z.reshape(-1, z.shape[-1])
    e = np.exp(rows - rows.max(axis=1, keepdims=True))
    totals = np.sum(e, axis=1)
    return (e / totals[0]).reshape(z.shape)
