"""The larger of x and its fraction: right for slopes up to 1, and the other way round beyond.
"""
import numpy as np


def leaky_relu(x, negative_slope=0.01):
    x = np.asarray(x)
    return np.maximum(x, x.dtype.type(negative_slope) * x if x.dtype.kind == "f" else negative_slope * x)
