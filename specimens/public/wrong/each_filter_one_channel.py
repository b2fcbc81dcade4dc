"""Each filter sees one channel only.

shows: conv2d(whole(4, 4, 2), whole(2, 3, 3, 2))
"""
import numpy as np
from scipy.signal import correlate2d

def conv2d(image, filters):
    h, w, c = image.shape
    k, f, g, d = filters.shape
    if f != g or f % 2 == 0 or c != d or f > min(h, w):
        raise ValueError("image and filters do not go together")
    return np.stack([correlate2d(image[..., n % c].astype(float), filters[n, ..., n % c], "valid")
                     for n in range(k)], axis=-1)
