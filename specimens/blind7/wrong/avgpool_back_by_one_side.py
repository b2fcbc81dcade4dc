"""What comes in is divided by the window's side, not by its area.

apart: verify.py compares it
says: side|area|divi|times too|too large|size
never: stride|padding
"""
import numpy as np


class AveragePooling:
    def __init__(self, size=2):
        self.size = size

    def forward(self, x):
        self.shape = x.shape
        n, c, h, w = x.shape
        s = self.size
        x = x[:, :, : h // s * s, : w // s * s]
        return x.reshape(n, c, h // s, s, w // s, s).mean(axis=(3, 5), dtype=float)

    def backward(self, d_out):
        dx = np.zeros(self.shape)
        s = self.size
        spread = d_out.repeat(s, axis=2).repeat(s, axis=3) / s
        dx[:, :, : spread.shape[2], : spread.shape[3]] = spread
        return dx
