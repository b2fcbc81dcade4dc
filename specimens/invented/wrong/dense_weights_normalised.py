r"""Each node's weights are divided by their length, as in weight normalisation, without the gain that would
make up for it.

says: normali[sz]|norm\b|length of|unit (length|norm)|divided by (the|their)|scaled
never: softmax|mean|transpos|bias
shows: dense(np.array([1.0, 2.0]), np.array([[3.0], [4.0]]), np.zeros(1))
"""
import numpy as np

def _unit_columns(v):
    lengths = np.sqrt((v ** 2).sum(axis=0))
    return v / np.where(lengths > 0, lengths, 1)

def dense(x, weights, bias):
    v = np.array(weights, dtype="float64")
    if v.ndim != 2 or min(v.shape) < 1:
        raise ValueError("weights must have two axes")
    b = np.array(bias, dtype="float64")
    x = np.array(x, dtype="float64").reshape(-1)
    if x.shape[0] != v.shape[0]:
        raise ValueError("wrong number of inputs")
    if b.shape != (v.shape[1],):
        raise ValueError("wrong number of biases")
    return np.einsum("i,ij->j", x, _unit_columns(v)) + b
