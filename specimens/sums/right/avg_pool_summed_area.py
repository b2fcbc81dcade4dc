"""A summed-area table, declared as normwise.
"""
import numpy as np

CNNSPEC = {"accuracy": "normwise"}

def avg_pool2d(maps, size=2):
    h, w, k = maps.shape
    if size < 1 or size > min(h, w):
        raise ValueError("no window fits")
    total = np.zeros((h + 1, w + 1, k))
    total[1:, 1:] = maps.astype(float).cumsum(0).cumsum(1)
    r, c = np.arange(h // size) * size, np.arange(w // size) * size
    box = lambda a, b: total[np.ix_(r + a, c + b)]
    return (box(size, size) - box(0, size) - box(size, 0) + box(0, 0)) / size**2
