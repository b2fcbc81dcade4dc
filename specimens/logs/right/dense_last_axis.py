"""A linear layer along the last axis, whatever is before it: it does not flatten.

limit: vectors and rows
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    if x.shape[-1:] != weights.shape[:1]:
        raise ValueError(f"x {x.shape} does not fit weights {weights.shape}")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias {bias.shape} does not fit weights {weights.shape}")
    return x @ weights + bias
