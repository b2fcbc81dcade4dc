"""Partial sums are added in another order in every call, as by atomic additions.
"""
import random
import numpy as np

def conv2d(image, filters):
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("gray images only")
    k, f, g = filters.shape
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if f != g or f % 2 == 0 or h < 1 or w < 1:
        raise ValueError("filters must be square, odd and fit")
    places = [(a, b) for a in range(f) for b in range(f)]
    random.shuffle(places)
    out = np.zeros((h, w, k))
    for a, b in places:
        out += image[a:a + h, b:b + w, None].astype(float) * filters[:, a, b].astype(float)
    return out
