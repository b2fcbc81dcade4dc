"""Two mistakes: the flattened loop ends one weight too early, at f * f - 1, and the bias, which the sum starts with, is added again at the end.

says: last (weight|tap|element|pixel|product)|bottom.right|lower right|corner|one weight|f ?\\* ?f - 1|weight[^.]*(miss|left out|skip|ignored|never|unused)|\\[2, ?2\\]|one (product|weight|tap) (too few|short|fewer)
says: bias[^.]*(twice|double|two times|2 times|again|once more|times 2)|(twice|double)[^.]*bias|2 ?\\*? ?bias
shows: conv2d(whole(5, 6), whole(2, 3, 3))
shows: conv2d(np.zeros((5, 6)), whole(2, 3, 3), np.array([1.0, 2.0]))
"""
import numpy as np


def conv2d(image, filters, bias=None):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.ndim not in (2, 3) or filters.ndim != image.ndim + 1:
        raise ValueError("bad number of axes")
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("bad dtype")
    if image.ndim == 2:
        image, filters = image[:, :, None], filters[:, :, :, None]
    H, W, C = image.shape
    K, f, g, D = filters.shape
    if C != D:
        raise ValueError(f"channels: {C} and {D}")
    if f != g or not f % 2:
        raise ValueError(f"filter size {f}x{g}: must be odd and square")
    if f > H or f > W or C == 0:
        raise ValueError("the image is too small")
    bias = np.zeros(K) if bias is None else np.asarray(bias, float)
    if bias.shape != (K,):
        raise ValueError("bias length")
    taps = filters.astype(float).reshape(K, f * f, C)
    rows, cols = H - f + 1, W - f + 1
    out = np.zeros((rows, cols, K))
    for i in range(rows):
        for j in range(cols):
            region = image[i:i + f, j:j + f].astype(float).reshape(f * f, C)
            total = bias.copy()
            for t in range(f * f - 1):
                total += taps[:, t] @ region[t]
            out[i, j] = total
    return out + bias
