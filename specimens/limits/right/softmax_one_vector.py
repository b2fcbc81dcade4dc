"""The softmax of one vector.

limit: one vector
"""
import math
import numpy as np

def softmax(logits):
    if np.ndim(logits) != 1:
        raise ValueError("softmax takes one vector")
    top = max(float(z) for z in logits)
    if math.isinf(top) or math.isnan(top):
        return np.full(len(logits), np.nan)
    e = [math.exp(float(z) - top) for z in logits]
    total = math.fsum(e)
    return np.array([one / total for one in e])
