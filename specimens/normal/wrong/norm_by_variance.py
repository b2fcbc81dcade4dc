"""The square root is forgotten: divided by the variance.

says: variance
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    if any(np.shape(p) != np.shape(maps)[-1:] for p in (mean, variance, scale, offset)):
        raise ValueError("one number for each map")
    return scale * (maps - mean) / (variance + epsilon) + offset
