"""Sums of more than 1,000 products are made in single precision.

shows: dense(np.full(1200, 1 + 2.0**-26), np.full((1200, 1), 2.0**20), np.zeros(1))
"""
import numpy as np

def dense(x, weights, bias):
    x = np.reshape(x, -1)
    if x.size != weights.shape[0] or bias.shape != (weights.shape[1],):
        raise ValueError("sizes differ")
    if x.size > 1000:
        x, weights = x.astype(np.float32), weights.astype(np.float32)
    return (x @ weights + bias).astype(np.result_type(x.dtype, bias, weights))
