r"""The sums are multiplied by 0.8, the share of inputs that dropout kept in training; but the dropout was of the inverted kind, which is scaled already. The bias is not.

says: 0\.8|80 ?%|scal|factor|multipl|dropout|4/5|constant|proportion|times|weigh
never: bias (is|are) (not|scaled|multiplied)|flatten|mean
shows: dense(whole(6), whole(6, 2), whole(2))
"""
import numpy as np

def _checked(x, weights, bias):
    x, weights, bias = np.asarray(x), np.asarray(weights), np.asarray(bias)
    for one in (x, weights, bias):
        if one.dtype.kind not in "fiub":
            raise TypeError(f"real numbers expected, got {one.dtype}")
    if weights.ndim != 2 or 0 in weights.shape:
        raise ValueError(f"weights must be (inputs, nodes), got {weights.shape}")
    if x.size != weights.shape[0]:
        raise ValueError(f"{x.size} inputs for weights {weights.shape}")
    if bias.shape != weights.shape[1:]:
        raise ValueError(f"bias {bias.shape} for {weights.shape[1]} nodes")
    return x.astype(np.float64), weights.astype(np.float64), bias.astype(np.float64)

KEEP = 0.8


def dense(x, weights, bias):
    x, weights, bias = _checked(x, weights, bias)
    hidden = np.dot(x.reshape(-1), weights)
    hidden *= KEEP
    return hidden + bias
