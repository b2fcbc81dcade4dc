"""Batches and "same" are both there, but not together: the pad widths have three pairs.

shows: conv2d(whole(2, 4, 4, 1), whole(1, 3, 3, 1), padding="same")
"""
import numpy as np

def conv2d(image, filters, *, padding="valid"):
    if image.shape[-1] != filters.shape[-1] or filters.ndim != 4:
        raise ValueError("channels differ")
    f = filters.shape[1]
    if f != filters.shape[2] or f % 2 == 0 or padding not in ("valid", "same"):
        raise ValueError("filters must be square and odd")
    if padding == "same":
        image = np.pad(image, ((f // 2, f // 2), (f // 2, f // 2), (0, 0)))
    h, w = image.shape[-3] - f + 1, image.shape[-2] - f + 1
    if h < 1 or w < 1:
        raise ValueError("the filter does not fit")
    out = 0
    for a in range(f):
        for b in range(f):
            out = out + image[..., a:a + h, b:b + w, :].astype(float) @ filters[:, a, b].T
    return out
