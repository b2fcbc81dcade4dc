"""Two mistakes: inputs that are not positive are skipped, because they come from a ReLU, and node j gets the bias of node j - 1.

says: negative|not positive|below (0|zero)|only positive|sparse|inputs?[^.]*(relu|rectif|skip)
says: bias[^.]*(shift|roll|next|previous|before|other|another|wrong|one (place|node)|neighbou?r|order|rotat|moved|exchang)|j - 1
shows: dense(-np.ones(3), whole(3, 2), np.zeros(2))
shows: dense(np.ones(3), whole(3, 3), np.array([1.0, 2.0, 4.0]))
"""
import numpy as np

def _read(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    if any(array.dtype.kind not in "fiub" for array in (x, weights, bias)):
        raise TypeError("x, weights and bias must hold real numbers")
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"weights must be (inputs, nodes), got {weights.shape}")
    if x.size != weights.shape[0]:
        raise ValueError(f"{x.size} inputs for weights of {weights.shape}")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias of {bias.shape} for weights of {weights.shape}")
    return x.astype(np.float64), weights.astype(np.float64), bias.astype(np.float64)


def dense(x, weights, bias):
    x, weights, bias = _read(x, weights, bias)
    out = np.empty(len(bias))
    for j in range(len(bias)):
        total = bias[j - 1]
        for value, weight in zip(x.flat, weights[:, j]):
            if not value <= 0:
                total += value * weight
        out[j] = total
    return out
