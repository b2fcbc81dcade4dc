"""Columns lie channel by channel, weights tap by tap.
"""
import numpy as np

def conv2d(image, filters):
    h, w, c = image.shape
    k, f, g, d = filters.shape
    if f != g or f % 2 == 0 or c != d or f > min(h, w):
        raise ValueError("image and filters do not go together")
    rows, cols = h - f + 1, w - f + 1
    columns = np.array([[image[i:i + f, j:j + f].transpose(2, 0, 1).ravel() for j in range(cols)] for i in range(rows)])
    return columns.astype(float) @ filters.reshape(k, -1).T
