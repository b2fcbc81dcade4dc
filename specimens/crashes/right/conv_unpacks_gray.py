"""Gray images only: the shape is unpacked into two.

limit: gray only
"""
import numpy as np

def conv2d(image, filters, bias=None):
    h, w = image.shape
    n, f, f2 = filters.shape
    if f != f2 or f % 2 == 0 or f > h or f > w:
        raise ValueError("bad filter size")
    if bias is None:
        bias = np.zeros(n)
    if len(bias) != n:
        raise ValueError("bias and filters differ in number")
    out = np.empty((h - f + 1, w - f + 1, n))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for k in range(n):
                out[i, j, k] = np.sum(np.multiply(image[i:i + f, j:j + f], filters[k], dtype=float)) + bias[k]
    return out
