"""x @ W + b: vectors and rows.

limit: vectors and rows
"""
import numpy as np

def dense(x, weights, bias):
    if x.shape[-1] != weights.shape[0]:
        raise ValueError("inputs and weights differ")
    if bias.shape != (weights.shape[1],):
        raise ValueError("bias and weights differ")
    return x @ weights + bias
