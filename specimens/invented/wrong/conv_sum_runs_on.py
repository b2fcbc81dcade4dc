"""The total is set to zero once for each window, before the loop over the filters, and not for each filter: map k holds the sum of maps 0 to k.

says: (not|never|without)[^.]*(reset|cleared|set (back )?to (0|zero)|zeroed|emptied)|cumulat|accumulat|running|(earlier|previous|preceding|before)[^.]*(filter|map)|(filter|map)s?[^.]*(earlier|previous|preceding|before|added up|sum of)|carr(y|ied)
never: last channel|image channel
shows: conv2d(whole(5, 6), whole(3, 3, 3))
"""
import numpy as np


def conv2d(image, filters):
    image = np.asarray(image)
    filters = np.asarray(filters)
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("only numbers")
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("image must be (H, W), filters (K, f, f)")
    rows, cols = image.shape
    count, size, other = filters.shape
    if size != other or size % 2 == 0:
        raise ValueError("filters must be square, odd")
    if size > rows or size > cols:
        raise ValueError("filters must fit in the image")
    image = image.astype(np.float64)
    maps = np.zeros((rows - size + 1, cols - size + 1, count))
    for i in range(rows - size + 1):
        for j in range(cols - size + 1):
            total = 0.0
            for k in range(count):
                for a in range(size):
                    for b in range(size):
                        total += image[i + a, j + b] * filters[k, a, b]
                maps[i, j, k] = total
    return maps
