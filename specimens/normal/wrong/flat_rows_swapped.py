"""Columns before rows: the first two axes are swapped before they become one.

says: rows and columns|swapped
"""
import numpy as np


def flatten(maps):
    if np.ndim(maps) != 3:
        raise ValueError("one image")
    vector = []
    for j in range(maps.shape[1]):
        for i in range(maps.shape[0]):
            vector.extend(maps[i, j])
    return np.array(vector)
