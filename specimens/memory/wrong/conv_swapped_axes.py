"""A transposed image is recognised by its flag and taken for its transpose.

shows: conv2d(whole(6, 5).T, whole(2, 3, 3))
"""
import numpy as np

def conv2d(image, filters):
    k, f, g = filters.shape
    if image.ndim != 2 or f != g or f % 2 == 0 or f > min(image.shape):
        raise ValueError("gray images under square, odd filters that fit")
    h, w = image.shape
    flat = image.ravel("A").astype(float)  # no copy for either order
    out = np.zeros((h - f + 1, w - f + 1, k))
    for i in range(h - f + 1):
        for j in range(w - f + 1):
            window = np.stack([flat[(i + a) * w + j:(i + a) * w + j + f] for a in range(f)])
            out[i, j] = (window * filters).sum((1, 2))
    return out
