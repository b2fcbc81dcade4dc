"""Image and filters must have one dtype.

limit: different dtypes
"""
import numpy as np

def conv2d(image, filters):
    if image.dtype != filters.dtype:
        raise TypeError(f"expected one dtype, got {image.dtype} and {filters.dtype}")
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("gray images only")
    k, f, g = filters.shape
    oh, ow = image.shape[0] - f + 1, image.shape[1] - g + 1
    if f != g or f % 2 == 0 or oh < 1 or ow < 1:
        raise ValueError("filters must be square, odd and fit")
    wide = np.promote_types(image.dtype, np.float64)
    cols = np.stack([image[a:a + oh, b:b + ow].ravel() for a in range(f) for b in range(f)], axis=1)
    out = cols.astype(wide) @ filters.reshape(k, -1).T.astype(wide)
    return out.reshape(oh, ow, k)
