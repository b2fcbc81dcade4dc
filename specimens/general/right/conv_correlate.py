"""SciPy's correlation takes every kernel.

options: --profile general
"""
import numpy as np
from scipy.signal import correlate2d

def conv2d(image, filters):
    if image.ndim != 2 or filters.ndim != 3:
        raise ValueError("gray images only")
    if filters.shape[1] > image.shape[0] or filters.shape[2] > image.shape[1]:
        raise ValueError("the filter is larger than the image")
    image, filters = image.astype(float), filters.astype(float)
    return np.moveaxis([correlate2d(image, one, "valid") for one in filters], 0, -1)
