"""A layer that refuses more nodes than inputs.

shows: dense(whole(2), whole(2, 5), whole(5))
"""
import numpy as np

def dense(x, weights, bias):
    inputs, nodes = weights.shape
    if nodes > inputs:
        raise ValueError("a layer must reduce its input")
    if x.size != inputs or bias.shape != (nodes,):
        raise ValueError("sizes differ")
    return np.einsum("i,ij->j", x.reshape(inputs), weights) + bias
