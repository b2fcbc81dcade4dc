"""Loops over one image, in floats of Python.

limit: one image
"""
import numpy as np


def global_avg_pool2d(maps):
    if np.ndim(maps) != 3:
        raise ValueError("one image (H, W, K)")
    rows, columns, count = np.shape(maps)
    if not rows * columns * count:
        raise ValueError("nothing to average")
    means = []
    for k in range(count):
        total = 0.0
        for i in range(rows):
            for j in range(columns):
                total += float(maps[i][j][k])
        means.append(total / (rows * columns))
    return np.array(means)
