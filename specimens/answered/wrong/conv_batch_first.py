"""Of a batch only the first image is computed.

shows: conv2d(whole(2, 4, 4, 1), whole(1, 3, 3, 1))
"""
import numpy as np

def conv2d(image, filters):
    image = np.asarray(image, float)
    if image.ndim == 4:
        image = image[0]
    if image.ndim != 3 or filters.ndim != 4 or image.shape[2] != filters.shape[3]:
        raise ValueError("channels differ")
    k, f, g, c = filters.shape
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if f != g or f % 2 == 0 or h < 1 or w < 1:
        raise ValueError("filters must be square, odd and fit")
    out = np.zeros((h, w, k))
    for a in range(f):
        for b in range(f):
            out += image[a:a + h, b:b + w] @ filters[:, a, b].T
    return out
