"""My first layers."""

import numpy as np
from scipy.signal import convolve2d


class Conv:
    def __init__(self, num_filters):
        self.filters = np.random.randn(num_filters, 3, 3) / 9

    def forward(self, image):
        return np.stack([convolve2d(image, f, mode="valid") for f in self.filters])


class ReLU:
    def forward(self, x):
        return np.maximum(x, 0)


class MaxPool:
    def forward(self, maps):
        k, h, w = maps.shape
        even = maps[:, : h // 2 * 2, : w // 2 * 2]
        return even.reshape(k, h // 2, 2, w // 2, 2).max(axis=(2, 4))
