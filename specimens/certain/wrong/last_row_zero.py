"""The last row alone is left at zero: a loop that ends early, not Winograd.

never: Winograd
never: every value is 0
"""
import numpy as np

def conv2d(image, filters):
    k, f, g = filters.shape
    if image.ndim != 2 or f != g or f % 2 == 0 or f > min(image.shape):
        raise ValueError("bad arguments")
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    out = np.zeros((h, w, k))
    for i in range(h - 1):
        for j in range(w):
            out[i, j] = (image[i:i + f, j:j + f].astype(float) * filters).sum((1, 2))
    return out
