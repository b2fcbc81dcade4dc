"""Pooling of a picture object, with the right names for its other parameters.

exit: 3
"""
import numpy as np

class Picture:
    def __init__(self, pixels):
        self.pixels = np.asarray(pixels)

def max_pool2d(maps, size=2, stride=None):
    h, w = maps.pixels.shape[:2]
    stride = stride or size
    return Picture([[maps.pixels[i:i + size, j:j + size].max((0, 1)) for j in range(0, w - size + 1, stride)]
                    for i in range(0, h - size + 1, stride)])
