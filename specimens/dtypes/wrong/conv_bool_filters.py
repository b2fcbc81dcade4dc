"""Under Boolean filters pixels are counted, not summed.

shows: conv2d(whole(4, 4), whole(1, 3, 3) > 0)
"""
import numpy as np

def conv2d(image, filters):
    k, f, g = filters.shape
    if image.ndim != 2 or f != g or f % 2 == 0 or f > min(image.shape):
        raise ValueError("bad shapes")
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    out = np.zeros((h, w, k))
    for i in range(h):
        for j in range(w):
            window = image[i:i + f, j:j + f].astype(float)
            if filters.dtype == bool:
                out[i, j] = [np.logical_and(window, m).sum() for m in filters]
            else:
                out[i, j] = (window * filters).sum(axis=(1, 2))
    return out
