"""Two mistakes: the loop over a batch always takes images[0], and the bias, with which the sums begin, is added once more at the end.

says: first image|image 0|images?\\[0\\]|only (one|a single) image|same (image|maps)|(other|further) images
says: bias[^.]*(twice|two times|double|again|more than once|\\b2\\b)|(twice|double)[^.]*bias
shows: conv2d(whole(3, 5, 6, 2), whole(2, 3, 3, 2))
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2), np.array([10.0, 20.0]))
"""
import numpy as np


def conv2d(image, filters, bias=None):
    images = np.asarray(image)
    filters = np.asarray(filters)
    if images.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("image and filters must be numeric")
    if filters.ndim != 4 or images.ndim not in (3, 4):
        raise ValueError("channels are needed: (H, W, C) or (N, H, W, C)")
    one = images.ndim == 3
    if one:
        images = images[None]
    n, h, w, c = images.shape
    k, f, g, d = filters.shape
    if c != d or c == 0:
        raise ValueError(f"{d} channels in the filters, {c} in the image")
    if f != g or f % 2 == 0:
        raise ValueError("filters must be odd and square")
    if f > h or f > w:
        raise ValueError("filters must not exceed the image")
    bias = np.zeros(k) if bias is None else np.asarray(bias, np.float64)
    if bias.shape != (k,):
        raise ValueError("bias must hold a number per filter")
    kernels = filters.astype(np.float64)
    out = np.empty((n, h - f + 1, w - f + 1, k))
    for i in range(n):
        x = images[0].astype(np.float64)
        out[i] = bias
        for a in range(f):
            for b in range(f):
                out[i] += x[a:a + h - f + 1, b:b + w - f + 1] @ kernels[:, a, b].T
    out += bias
    return out[0] if one else out
