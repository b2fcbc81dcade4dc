"""The input is flattened in Fortran's order, so that its first axis runs fastest: the weights were trained in MATLAB, where this is the only order.

says: fortran|column.?major|first axis|flatten|order|axes|axis|transpos|C order|matlab
never: bias|weights (are|is) transposed|dtype
shows: dense(whole(2, 3), whole(6, 2), whole(2))
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


def dense(x, weights, bias):
    x, weights, bias = _checked(x, weights, bias)
    return x.flatten(order="F") @ weights + bias
