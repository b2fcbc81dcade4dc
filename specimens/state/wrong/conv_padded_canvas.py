"""The canvas is kept for each size and not cleared: the border holds an earlier image.

shows: [conv2d(whole(5, 5), whole(1, 1, 1), padding="same"), conv2d(whole(3, 3), whole(1, 3, 3), padding="same")]
"""
import numpy as np

_canvas = {}

def conv2d(image, filters, *, padding="valid"):
    if image.ndim != 2 or padding not in ("valid", "same"):
        raise ValueError("gray images; valid or same")
    k, f, g = filters.shape
    if f != g or f % 2 == 0:
        raise ValueError("filters must be square and odd")
    r = f // 2 if padding == "same" else 0
    h, w = image.shape
    size = h + 2 * r, w + 2 * r
    if f > min(size):
        raise ValueError("the filter does not fit")
    canvas = _canvas.setdefault(size, np.zeros(size))
    canvas[r:r + h, r:r + w] = image
    out = [[[np.sum(canvas[i:i + f, j:j + f] * n) for n in filters]
            for j in range(size[1] - f + 1)] for i in range(size[0] - f + 1)]
    return np.array(out)
