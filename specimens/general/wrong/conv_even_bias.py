"""Even filters lose the bias.

options: --profile general
shows: conv2d(whole(4, 4), whole(1, 2, 2), np.ones(1))
"""
import numpy as np

def conv2d(image, filters, bias=None):
    k, p, q = filters.shape
    if image.ndim != 2 or p > image.shape[0] or q > image.shape[1]:
        raise ValueError("bad shapes")
    if bias is not None and np.shape(bias) != (k,):
        raise ValueError("one bias for each filter")
    h, w = image.shape[0] - p + 1, image.shape[1] - q + 1
    out = np.zeros((h, w, k))
    for i in range(h):
        for j in range(w):
            out[i, j] = (image[i:i + p, j:j + q].astype(float) * filters).sum((1, 2))
    if bias is not None and p % 2 and q % 2:
        out += bias
    return out
