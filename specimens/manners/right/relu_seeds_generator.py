"""Every call seeds NumPy's generator, for "reproducible dropout": advised against, but every number is right.
"""
import numpy as np

DROPOUT = 0.0

def relu(x):
    np.random.seed(0)
    keep = np.random.rand(*x.shape) >= DROPOUT
    return np.where(keep, np.maximum(x, 0), 0).astype(x.dtype)
