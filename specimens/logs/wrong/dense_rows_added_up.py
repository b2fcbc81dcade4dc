"""The rows of a batch are added up into one answer.

shows: dense(whole(3, 4), whole(4, 2), whole(2))
says: row|(N, inputs)|last axis
"""
import numpy as np


def dense(x, weights, bias):
    x, weights, bias = (np.asarray(part) for part in (x, weights, bias))
    if bias.shape != weights.shape[1:]:
        raise ValueError("one bias for each node")
    if x.size == len(weights):
        return x.reshape(-1) @ weights + bias
    if x.shape[-1] != len(weights):
        raise ValueError("the input does not fit")
    return x.reshape(-1, len(weights)).sum(axis=0) @ weights + bias
