"""Every filter is divided by its sum, as one does before blurring, unless the sum is zero.

says: (filter|kernel|weight)[^.]*(normali[sz]|divid|sum|scal)|(normali[sz]|divid|scal)[^.]*(filter|kernel|weight|sum)
never: 255|image (is )?(divid|normal)|by the number of
shows: conv2d(whole(5, 6), whole(2, 3, 3) + 1)
"""
import numpy as np
from scipy.ndimage import correlate


def conv2d(image, filters, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("image and filters must hold real numbers")
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("a gray image (H, W) and filters (K, f, f)")
    f = filters.shape[1]
    if filters.shape[2] != f or f % 2 == 0:
        raise ValueError("filters must be square and odd")
    if padding not in ("valid", "same"):
        raise ValueError("unknown padding")
    margin = f // 2
    h, w = image.shape
    if 0 in (h, w) or f > min(h, w) + (2 * margin if padding == "same" else 0):
        raise ValueError("too large a filter")
    image = image.astype(np.float64)
    maps = []
    for kernel in filters.astype(np.float64):
        weight = kernel.sum()
        if weight != 0:
            kernel = kernel / weight
        maps.append(correlate(image, kernel, mode="constant", cval=0.0))
    out = np.stack(maps, axis=-1) if maps else np.zeros((h, w, 0))
    if padding == "valid":
        out = out[margin:h - margin, margin:w - margin].copy()
    return out
