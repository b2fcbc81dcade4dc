"""Windows begin half a filter above their centre, which is one row early for filters of even size.

says: every number tested is right for square, odd filters; even ones are neither refused nor computed rightly
shows: conv2d(whole(6, 6), whole(2, 2, 2))
"""
import numpy as np

def conv2d(image, filters):
    k, rows, cols = filters.shape
    if image.ndim != 2 or rows != cols or rows > min(image.shape):
        raise ValueError("a gray image, and square filters no larger")
    half = rows // 2
    big = np.pad(image.astype(float), half)
    h, w = image.shape[0] - 2 * half, image.shape[1] - 2 * half
    out = np.zeros((h, w, k))
    for i in range(h):
        for j in range(w):
            ci, cj = i + 2 * half, j + 2 * half
            window = big[ci - half:ci - half + rows, cj - half:cj - half + cols]
            out[i, j] = np.tensordot(filters.astype(float), window, 2)
    return out
