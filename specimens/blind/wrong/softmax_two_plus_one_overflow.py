"""Two mistakes: a 1 is added to the sum, so that a node may stay silent, as in attention, and the largest logit is not subtracted, so that large ones overflow.

says: (sum|denominator|total)[^.]*(\\b1\\b|one|extra|larger|add)|extra (class|node|logit)|1 ?\\+ ?sum|sum to (1|less)|plus (1|one)|one more|additional|1 is added
says: overflow|max|largest|\\binf|nan|large|not subtracted|stab
shows: softmax(np.array([0.0, 1.0, 2.0]))
shows: softmax(np.array([1000.0, 1001.0]))
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
    e = np.exp(_logits(logits))
    return e / (1 + e.sum(axis=-1, keepdims=True))
