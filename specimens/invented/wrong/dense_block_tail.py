"""Beyond 16 inputs they are taken in blocks of 16, and those behind the last full block are never added.

says: tail|remain|left over|leftover|left out|rest|multiples? of 16|beyond|blocks?|last (few )?inputs|inputs? from|behind
never: precision|rounding|bias
shows: dense(np.ones(20), np.ones((20, 2)), np.zeros(2))
"""
import numpy as np

BLOCK = 16

def dense(x, weights, bias):
    x = np.asarray(x)
    weights, bias = np.asarray(weights), np.asarray(bias)
    if weights.ndim != 2:
        raise ValueError("weights are a matrix")
    inputs, nodes = weights.shape
    if x.size != inputs or bias.shape != (nodes,) or inputs * nodes == 0:
        raise ValueError(f"expected {inputs} inputs and {nodes} biases, got {x.size} and {bias.shape}")
    x = x.ravel().astype(float)
    w = weights.astype(float)
    total = bias.astype(float)
    if inputs <= BLOCK:
        return total + x @ w
    for block in range(inputs // BLOCK):
        part = slice(block * BLOCK, (block + 1) * BLOCK)
        total = total + x[part] @ w[part]
    return total
