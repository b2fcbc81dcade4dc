r"""Weights of as many nodes as inputs are taken for saved the other way round, and are transposed.

says: transpos|square|as many (nodes|inputs)|nodes.*(equal|same|inputs)|interchang|swap|other way|turned
shows: dense(whole(4), whole(4, 4), whole(4))
"""
import numpy as np


def dense(x, weights, bias):
    x = _real(x).ravel()
    weights = _real(weights)
    bias = _real(bias)
    if weights.ndim != 2 or weights.shape[0] != x.size:
        raise ValueError("the weights need a row for each input")
    if bias.shape != (weights.shape[1],):
        raise ValueError("the bias needs a number for each node")
    dtype = np.result_type(x, weights, bias)
    wide = np.result_type(dtype, np.float32)
    weights = weights.astype(wide)
    if weights.shape[1] == x.size:  # saved as (nodes, inputs)
        weights = weights.T
    nodes = bias.astype(wide)
    for value, row in zip(x.astype(wide), weights):
        nodes = nodes + value * row
    return nodes.astype(dtype)


def _real(a):
    a = np.asarray(a)
    if a.dtype.kind in "iub":
        return a.astype(np.float64)
    if a.dtype.kind != "f":
        raise TypeError("not real")
    return a
