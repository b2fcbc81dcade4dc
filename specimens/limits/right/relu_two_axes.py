"""Matrices only: two nested loops.

limit: axes
"""
import numpy as np

def relu(x):
    rows, columns = x.shape
    result = np.empty((rows, columns), x.dtype)
    for r in range(rows):
        for c in range(columns):
            result[r, c] = x[r, c] if x[r, c] > 0 else 0
    return result
