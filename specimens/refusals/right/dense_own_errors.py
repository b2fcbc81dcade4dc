"""Exceptions of its own.
"""
import numpy as np

class LayerError(Exception):
    """Shapes that do not fit together."""

def dense(x, weights, bias):
    flat = x.flatten()
    if flat.shape[0] != weights.shape[0]:
        raise LayerError(f"layer of {weights.shape[0]} inputs got {flat.shape[0]}")
    if bias.shape[0] != weights.shape[1] or bias.ndim != 1:
        raise LayerError(f"layer of {weights.shape[1]} nodes got {bias.shape[0]} biases")
    out = np.zeros(weights.shape[1])
    for node in range(weights.shape[1]):
        out[node] = np.sum(flat * weights[:, node].astype(float)) + bias[node]
    return out
