"""Nothing checks the channels: one channel is broadcast over three.

shows: refused(conv2d, whole(5, 5, 1), whole(2, 3, 3, 3))
says: every number tested is right
"""
import numpy as np

def conv2d(image, filters):
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("image (H, W, C), filters (K, f, f, C)")
    k, f, g = filters.shape[:3]
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if f != g or f % 2 == 0 or h < 1 or w < 1:
        raise ValueError("filters must be square, odd and fit")
    out = np.zeros((h, w, k))
    for i in range(h):
        for j in range(w):
            out[i, j] = (image[i:i + f, j:j + f].astype(float) * filters).sum(axis=(1, 2, 3))
    return out
