"""The border is mirrored, as an image library does, not zeros.

shows: conv2d(whole(4, 4), whole(1, 3, 3), padding="same")
"""
import numpy as np

def conv2d(image, filters, *, padding="valid"):
    k, f, g = filters.shape
    if image.ndim != 2 or f != g or f % 2 == 0 or padding not in ("valid", "same"):
        raise ValueError("bad arguments")
    if padding == "same":
        image = np.pad(image, f // 2, mode="reflect" if min(image.shape) > f // 2 else "constant")
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if h < 1 or w < 1:
        raise ValueError("the filter does not fit")
    out = np.zeros((h, w, k))
    for a in range(f):
        for b in range(f):
            out += image[a:a + h, b:b + w, None].astype(float) * filters[:, a, b]
    return out
