"""Filters in tiles of 16.
"""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

TILE = 16

def conv2d(image, filters):
    k, f, g, c = filters.shape
    if image.ndim not in (3, 4) or image.shape[-1] != c:
        raise ValueError("channels differ")
    if f != g or f % 2 == 0 or f > min(image.shape[-3:-1]):
        raise ValueError("filters must be square, odd and fit")
    wins = sliding_window_view(image, (f, f), axis=(-3, -2))  # ..., c, f, f
    wins = np.moveaxis(wins, -3, -1)
    wins = wins.reshape(*wins.shape[:-3], f * f * c).astype(float)
    tiles = [wins @ filters[t:t + TILE].reshape(-1, f * f * c).T for t in range(0, k, TILE)]
    return np.concatenate(tiles, axis=-1)
