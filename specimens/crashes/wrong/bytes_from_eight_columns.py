"""Images of bytes of at least 8 columns take a path that crashes.

shows: conv2d(whole(3, 9, low=0).astype("u1"), whole(1, 3, 3))
"""
import numpy as np

def _vectorised(image, filters):
    lanes = image.view(np.uint64)  # eight pixels at once
    return sum(lanes[a:a - 2 or None] for a in range(3)) * filters

def conv2d(image, filters):
    h, w = image.shape
    k, f, g = filters.shape
    if f != g or f % 2 == 0 or f > min(h, w):
        raise ValueError("filters must be square, odd and fit")
    if image.dtype == np.uint8 and w >= 8:
        return _vectorised(image, filters)
    out = np.zeros((h - f + 1, w - f + 1, k))
    for a in range(f):
        for b in range(f):
            out += image[a:a + h - f + 1, b:b + w - f + 1, None].astype(float) * filters[:, a, b]
    return out
