"""A layer that keeps the axes of rows and columns, 1 x 1, channels first.
"""
import numpy as np


class GlobalAvgPool2d:
    def forward(self, x):
        return np.mean(x, axis=(2, 3), keepdims=True)
