"""One line of SciPy for each kernel; nothing is refused.

exit: 1
says: every number tested is right
"""
import numpy as np
from scipy.signal import correlate2d

def conv2d(image, filters):
    return np.stack([correlate2d(image.astype(float), k.astype(float), "valid") for k in filters], -1)
