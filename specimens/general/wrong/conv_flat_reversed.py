"""Filters of one row are reversed.

options: --profile general
shows: conv2d(whole(4, 5), whole(2, 1, 3))
"""
import numpy as np

def conv2d(image, filters):
    k, p, q = filters.shape
    if image.ndim != 2 or p > image.shape[0] or q > image.shape[1]:
        raise ValueError("bad shapes")
    image, filters = image.astype(float), filters.astype(float)
    h, w = image.shape[0] - p + 1, image.shape[1] - q + 1
    if p == 1 and q > 1:
        return np.array([[np.convolve(row, one[0], "valid") for one in filters] for row in image]).transpose(0, 2, 1)
    return np.stack([sum(one[a, b] * image[a:a + h, b:b + w] for a in range(p) for b in range(q))
                     for one in filters], axis=-1)
