"""argmax of the whole window: one map's largest element gets the gradients of all maps.

apart: verify.py compares its gradients
says: map|channel|axis|all maps|winner|largest
"""
import numpy as np


class MaxPool:
    def __init__(self, size=2, stride=None):
        self.size, self.stride = size, stride or size

    def forward(self, x):
        """(H, W, K)"""
        self.x = x
        f, s = self.size, self.stride
        h, w, k = x.shape
        out = np.zeros(((h - f) // s + 1, (w - f) // s + 1, k))
        for i in range(out.shape[0]):
            for j in range(out.shape[1]):
                out[i, j] = x[i * s:i * s + f, j * s:j * s + f].max(axis=(0, 1))
        return out

    def backward(self, grad):
        f, s = self.size, self.stride
        dx = np.zeros(self.x.shape)
        for i in range(grad.shape[0]):
            for j in range(grad.shape[1]):
                window = self.x[i * s:i * s + f, j * s:j * s + f]
                a, b, _ = np.unravel_index(np.argmax(window), window.shape)
                dx[i * s + a, j * s + b] += grad[i, j]
        return dx
