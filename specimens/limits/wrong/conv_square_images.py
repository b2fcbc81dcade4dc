"""Images that are not square are refused: they are no limit.

shows: conv2d(whole(5, 7), whole(2, 3, 3))
"""
import numpy as np

def conv2d(image, filters):
    h, w = image.shape
    if h != w:
        raise ValueError("the image must be square")
    k, f, g = filters.shape
    if f != g or f % 2 == 0 or f > h:
        raise ValueError("filters must be square, odd and fit")
    out = np.zeros((h - f + 1, h - f + 1, k))
    for i in range(h - f + 1):
        for j in range(h - f + 1):
            out[i, j] = np.tensordot(filters, image[i:i + f, j:j + f].astype(float), 2)
    return out
