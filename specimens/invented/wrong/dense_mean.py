r"""The weighted inputs are averaged, not summed: the author had divided by their number to keep totals small,
and left it in.

says: mean|averag|divided by|number of inputs|1 ?/ ?n\b|over the inputs
never: bias.*(divided|scaled)|softmax
shows: dense(whole(4), whole(4, 3), np.zeros(3))
"""
import numpy as np


def dense(x, weights, bias):
    flat = np.asarray(x).flatten().astype(np.float64)
    weights = np.asarray(weights, dtype=np.float64)
    bias = np.asarray(bias, dtype=np.float64)
    if weights.ndim != 2 or weights.size == 0 or flat.shape[0] != weights.shape[0]:
        raise ValueError(f"shapes {flat.shape} and {weights.shape} do not go together")
    if bias.shape != (weights.shape[1],):
        raise ValueError(f"bias has the shape {bias.shape}")
    return np.mean(flat[:, np.newaxis] * weights, axis=0) + bias
