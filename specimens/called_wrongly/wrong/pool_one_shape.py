"""Only one shape is answered, and that wrongly: it was not called wrongly.

shows: max_pool2d(whole(4, 4, 2))
"""
import numpy as np

def max_pool2d(maps, size=2):
    h, w, k = maps.shape
    if size < 1 or size > min(h, w):
        raise ValueError("no window fits")
    blocks = np.reshape(maps, (h // size, w // size, size, size, k))
    return blocks.max(axis=(2, 3))
