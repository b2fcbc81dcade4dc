"""Filters that are an outer product of whole numbers run as two passes, others as they are.
"""
import numpy as np

def _outer(kernel):
    """The two factors of a kernel whose second is its first row over its first weight, or None."""
    if kernel[0, 0] != 1:
        return None
    down, across = kernel[:, 0], kernel[0]
    return (down, across) if (np.outer(down, across) == kernel).all() else None

def conv2d(image, filters):
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("gray images only")
    k, f, g = filters.shape
    h, w = image.shape[0] - f + 1, image.shape[1] - f + 1
    if f != g or f % 2 == 0 or h < 1 or w < 1:
        raise ValueError("filters must be square, odd and fit")
    image, filters = image.astype(float), filters.astype(float)
    whole = np.isfinite(image).all() and (image == np.rint(image)).all() and np.abs(image).max() < 2**20
    maps = []
    for one in filters:
        factors = _outer(one) if whole and (one == np.rint(one)).all() and np.abs(one).max() < 2**12 else None
        if factors:
            rows = sum(v * image[a:a + h] for a, v in enumerate(factors[0]))
            maps.append(sum(v * rows[:, b:b + w] for b, v in enumerate(factors[1])))
        else:
            maps.append(sum(one[a, b] * image[a:a + h, b:b + w] for a in range(f) for b in range(f)))
    return np.stack(maps, axis=-1)
