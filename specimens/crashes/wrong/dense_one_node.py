"""With a single node the result is squeezed to a number, and the bias does not fit any more.

shows: dense(whole(5), whole(5, 1), whole(1))
"""
import numpy as np

def dense(x, weights, bias):
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    nodes = np.squeeze(x[None] @ weights)
    return np.array([nodes[i] + bias[i] for i in range(len(bias))])
