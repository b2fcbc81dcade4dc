"""Large arrays are rectified by two processes that are forked.
"""
import multiprocessing
import numpy as np

def rectified(part):
    return np.maximum(part, 0)

def relu(x):
    if x.size < 100_000:
        return rectified(x)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        parts = pool.map(rectified, np.array_split(np.ravel(x), 2))
    return np.concatenate(parts).reshape(x.shape)
