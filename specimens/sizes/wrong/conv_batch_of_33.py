"""The grid holds 32 images: from the 33rd on the first ones come again.

shows: conv2d(whole(34, 3, 3, 1), whole(1, 3, 3, 1))
"""
import numpy as np

def conv2d(image, filters):
    if image.ndim != 4 or filters.ndim != 4 or image.shape[3] != filters.shape[3]:
        raise ValueError("batches only, with equal channels")
    k, f, g, c = filters.shape
    n, h, w, _ = image.shape
    if f != g or f % 2 == 0 or f > min(h, w):
        raise ValueError("filters must be square, odd and fit")
    out = np.zeros((n, h - f + 1, w - f + 1, k))
    for number in range(n):
        for i in range(h - f + 1):
            for j in range(w - f + 1):
                window = image[number % 32, i:i + f, j:j + f].astype(float)
                out[number, i, j] = np.tensordot(filters, window, 3)
    return out
