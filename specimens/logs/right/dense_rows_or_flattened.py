"""Rows where the last axis fits, one flattened example where all of it does.
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = (np.asarray(part) for part in (x, weights, bias))
    inputs, nodes = weights.shape
    if bias.shape != (nodes,):
        raise ValueError(f"{nodes} nodes need as many biases, got {bias.shape}")
    if x.size == inputs:
        return x.reshape(inputs) @ weights + bias
    if x.ndim == 2 and x.shape[1] == inputs:
        return np.stack([row @ weights + bias for row in x])
    raise ValueError(f"{x.shape} is no example of {inputs} numbers, and no rows of them")
