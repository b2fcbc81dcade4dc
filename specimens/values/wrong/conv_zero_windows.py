"""Windows of zeros are skipped, and do not get the bias.

shows: conv2d(np.zeros((3, 3)), whole(1, 3, 3), np.ones(1))
"""
import numpy as np

def conv2d(image, filters, bias=None):
    k, f, g = filters.shape
    if image.ndim != 2 or f != g or f % 2 == 0 or f > min(image.shape):
        raise ValueError("bad shapes")
    bias = np.zeros(k) if bias is None else np.asarray(bias)
    if bias.shape != (k,):
        raise ValueError("one bias for each filter")
    out = np.zeros((image.shape[0] - f + 1, image.shape[1] - f + 1, k))
    for i, j in np.ndindex(out.shape[:2]):
        window = image[i:i + f, j:j + f].astype(float)
        if not window.any():
            continue
        out[i, j] = (window * filters).sum((1, 2)) + bias
    return out
