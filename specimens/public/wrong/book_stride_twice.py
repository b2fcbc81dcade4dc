"""The range of windows is divided by the stride and stepped by it, too.

shows: conv2d(whole(7, 7), whole(1, 3, 3), stride=2)
"""
import numpy as np

def conv2d(image, filters, *, stride=1):
    k, f, g = filters.shape
    if image.ndim != 2 or f != g or f % 2 == 0 or f > min(image.shape) or stride < 1:
        raise ValueError("bad arguments")
    h, w = ((n - f) // stride + 1 for n in image.shape)
    out = np.zeros((h, w, k))
    for i in range(0, h, stride):
        for j in range(0, w, stride):
            out[i, j] = (image[i:i + f, j:j + f].astype(float) * filters).sum((1, 2))
    return out
