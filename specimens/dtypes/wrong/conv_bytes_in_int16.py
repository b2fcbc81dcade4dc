"""Bytes under floating filters are taken to int16 for speed: weights lose their fraction.

shows: conv2d(whole(4, 5, low=0).astype("u1"), whole(1, 3, 3) + 0.5)
"""
import numpy as np

def conv2d(image, filters):
    k, f, g = filters.shape
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if image.ndim != 2 or f != g or f % 2 == 0 or h < 1 or w < 1:
        raise ValueError("bad shapes")
    if image.dtype == np.uint8:
        image, filters = image.astype(np.int16), filters.astype(np.int16)
    out = np.zeros((h, w, k))
    for a in range(f):
        for b in range(f):
            out += np.multiply.outer(image[a:a + h, b:b + w].astype(float), filters[:, a, b].astype(float))
    return out
