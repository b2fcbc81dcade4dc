"""The mask is made by the first call of each shape, and kept.

apart: verify.py compares it
says: (earlier|first|previous|another|other) (call|input|forward)|kept|cache|stale|mask|remember
never: sign
"""
import numpy as np


class ReLU:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        if self.mask is None or self.mask.shape != x.shape:
            self.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return np.where(self.mask, dout, 0)
