"""One row of logits only; others are refused.

limit: one vector
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    z = np.asarray(logits)
    if z.ndim != 1:
        raise ValueError(f"one vector of logits is expected, got {z.shape}")
    if not 0 <= label < len(z) or label != int(label):
        raise ValueError(f"there is no class {label}")
    m = z.max()
    return np.log(np.exp(z - m).sum()) - (z[int(label)] - m)
