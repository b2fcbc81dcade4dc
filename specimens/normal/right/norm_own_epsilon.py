"""Epsilon is a constant of its own, and no parameter: that of another library.

limit: own epsilon
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset):
    for numbers in (mean, variance, scale, offset):
        if np.shape(numbers) != np.shape(maps)[-1:]:
            raise ValueError("one number for each map")
    return (maps - mean) / np.sqrt(variance + 1e-3) * scale + offset
