"""Maxima are compared in single precision: of near ties the first one wins.

shows: max_pool2d(np.array([[1, 1 + 1e-9], [0, 0]])[..., None])
"""
import numpy as np

def max_pool2d(maps, size=2):
    h, w, k = maps.shape
    if size < 1 or size > min(h, w):
        raise ValueError("no window fits")
    h, w = h // size, w // size
    cut = maps[:h * size, :w * size].reshape(h, size, w, size, k).transpose(0, 2, 4, 1, 3).reshape(h, w, k, -1)
    best = cut.astype(np.float32).argmax(axis=-1)
    return np.take_along_axis(cut, best[..., None], -1)[..., 0]
