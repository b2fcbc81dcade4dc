"""Two mistakes: "same" pads by f and not by f // 2, so that the maps are larger than the image, and the strength of an edge, its absolute value, is returned.

says: pad[^.]*(\\bf\\b|too (much|many|large|wide|far)|larger|more|size|twice|double|full)|(larger|bigger) than the image|too many (zeros|rows)|"?same"?[^.]*(larger|too (large|many|big)|full)
says: absolute|\\babs\\b|magnitude|sign
shows: conv2d(whole(5, 6), np.ones((1, 3, 3)), padding="same")
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import numpy as np


def conv2d(image, filters, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("need real image and filters")
    if image.ndim == 2 and filters.ndim == 3:
        image, filters = image[..., None], filters[..., None]
    if image.ndim != 3 or filters.ndim != 4:
        raise ValueError("need (H, W) and (K, f, f), or (H, W, C) and (K, f, f, C)")
    if image.shape[2] != filters.shape[3] or image.size == 0:
        raise ValueError("need the same channels")
    f = filters.shape[1]
    if f != filters.shape[2] or f % 2 == 0:
        raise ValueError("need odd square filters")
    if padding not in ("valid", "same"):
        raise ValueError("need a padding that exists")
    x = image.astype(np.float64)
    if padding == "same":
        h, w, c = x.shape
        if f > h + f - 1 or f > w + f - 1:
            raise ValueError("need a smaller filter")
        frame = np.zeros((h + 2 * f, w + 2 * f, c))
        frame[f:f + h, f:f + w] = x
        x = frame
    rows, cols = x.shape[0] - f + 1, x.shape[1] - f + 1
    if rows < 1 or cols < 1:
        raise ValueError("need a larger image")
    out = np.zeros((rows, cols, len(filters)))
    for k, kernel in enumerate(filters.astype(np.float64)):
        for i in range(rows):
            for j in range(cols):
                out[i, j, k] = abs(np.vdot(x[i:i + f, j:j + f], kernel))
    return out
