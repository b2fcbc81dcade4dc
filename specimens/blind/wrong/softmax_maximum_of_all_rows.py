"""The largest logit of all rows is subtracted and not that of each: rows far below it underflow, and are divided by 0.

says: (max|largest)[^.]*(all|whole|batch|every row|array|global|rows|of each)|underflow|global|overall|0 ?/ ?0|divi[^.]*(0|zero)|rows?[^.]*nan|row[^.]*(far|small|low|below)
never: wrong axis|normali[sz]ed together
shows: softmax(np.array([[0.0, 1.0], [2000.0, 2001.0]]))
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
    e = np.exp(z - np.max(z, initial=-np.inf))
    return e / e.sum(axis=-1, keepdims=True)
