"""Epsilon is added to the standard deviation, outside of the root.

says: epsilon
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    if any(np.shape(p) != np.shape(maps)[-1:] for p in (mean, variance, scale, offset)):
        raise ValueError("one number for each map")
    return (maps - mean) / (np.sqrt(variance) + epsilon) * scale + offset
