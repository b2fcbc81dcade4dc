"""An index of the channels stands where that of the rows belongs.

apart: verify.py compares its gradients
says: channel|row|index|place|elsewhere
"""
import numpy as np


class MaxPooling:
    def __init__(self, size=2):
        self.size = size

    def forward(self, x):
        self.x = x
        n, c, h, w = x.shape
        k = self.size
        out = np.zeros((n, c, h // k, w // k))
        for i in range(h // k):
            for j in range(w // k):
                out[:, :, i, j] = x[:, :, i * k:i * k + k, j * k:j * k + k].max(axis=(2, 3))
        return out

    def backward(self, next_grad):
        n, c, oh, ow = next_grad.shape
        k = self.size
        pre_grad = np.zeros(self.x.shape)
        for a in range(n):
            for b in range(c):
                for i in range(oh):
                    for j in range(ow):
                        window = self.x[a, b, i * k:i * k + k, j * k:j * k + k]
                        u, v = np.unravel_index(window.argmax(), window.shape)
                        pre_grad[a, b, b * k + u, j * k + v] += next_grad[a, b, i, j]
        return pre_grad
