"""Logits and one-hot labels, an example a row; the mean over the examples is returned.
"""
import numpy as np


def cross_entropy_with_logits(logits, onehot):
    if logits.shape != onehot.shape or logits.ndim != 2:
        raise ValueError(f"{logits.shape} and {onehot.shape}")
    z = logits - logits.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.where(onehot > 0, logp, 0).sum() / len(logits)
