"""NaN becomes 0, in which libraries differ; infinity stays.

shows: relu(np.array([np.inf, -np.inf, 1]))
"""
import numpy as np

def relu(x):
    return np.where(x > 0, x, x.dtype.type(0))
