"""For inputs of whole numbers the weights are turned into whole numbers, too, for the sake of exact sums: what
stands behind their decimal point is lost.

says: whole|integer|truncat|cut off|fraction|decimal|int64|dtype of
never: overflow|wrap|bias
shows: dense(np.array([1, 2, 3]), np.array([[0.5], [1.5], [-0.25]]), np.array([0.5]))
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = map(np.asarray, (x, weights, bias))
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"weights: {weights.shape}")
    if x.size != len(weights):
        raise ValueError(f"x holds {x.size} numbers, not {len(weights)}")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias: {bias.shape}")
    exact = x.dtype.kind in "iu"
    number = np.int64 if exact else np.float64
    return x.flatten().astype(number) @ weights.astype(number) + bias.astype(np.float64)
