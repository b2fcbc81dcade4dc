"""Loops in the order of the axes, a batch image by image.
"""
import numpy as np


def flatten(maps):
    maps = np.asarray(maps)
    if maps.ndim == 4:
        rows = [flatten(one) for one in maps]
        return np.array(rows, maps.dtype).reshape(len(maps), int(np.prod(maps.shape[1:])))
    if maps.ndim != 3:
        raise ValueError("maps (H, W, K) or (N, H, W, K)")
    height, width, count = maps.shape
    vector = np.zeros(maps.size, maps.dtype)
    place = 0
    for i in range(height):
        for j in range(width):
            for k in range(count):
                vector[place] = maps[i, j, k]
                place += 1
    return vector
