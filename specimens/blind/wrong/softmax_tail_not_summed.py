"""From eight nodes on the exponentials are summed in eight lanes, and those behind the last full eight are left out of the sum.

says: tail|eight|\\b8\\b|remain|left (over|out)|behind|block|lanes?|not (all|summed|in the sum)|(sum|denominator)[^.]*(last|miss|lack|not|without|only)|sum to 1
never: overflow|axis|temperature
shows: softmax(np.arange(11.0))
"""
import numpy as np

def _logits(logits):
    logits = np.asarray(logits)
    if logits.dtype.kind not in "fiub":
        raise TypeError(f"logits of dtype {logits.dtype}")
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ValueError("there must be an axis with at least one node")
    return logits.astype(np.float64)


def total(e):
    n = e.shape[-1]
    if n < 8:
        return e.sum(axis=-1)
    lanes = np.zeros(e.shape[:-1] + (8,))
    for i in range(0, n - 7, 8):
        lanes += e[..., i:i + 8]
    return lanes.sum(axis=-1)


def softmax(logits):
    z = _logits(logits)
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / total(e)[..., None]
