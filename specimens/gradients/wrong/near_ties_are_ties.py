"""np.isclose finds the largest: what is almost as large gets the gradient, too.

apart: verify.py compares its gradients
says: near|close|tie|almost|toleran|isclose
"""
import numpy as np


class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.k = kernel_size
        self.s = stride or kernel_size

    def forward(self, x):
        self.x = x
        k, s = self.k, self.s
        rows, cols = (x.shape[2] - k) // s + 1, (x.shape[3] - k) // s + 1
        self.out = np.stack([np.stack([x[:, :, i * s:i * s + k, j * s:j * s + k].max(axis=(2, 3))
                                       for j in range(cols)], -1) for i in range(rows)], -2)
        return self.out

    def backward(self, grad_output):
        k, s = self.k, self.s
        grad = np.zeros(self.x.shape)
        for i in range(grad_output.shape[2]):
            for j in range(grad_output.shape[3]):
                window = self.x[:, :, i * s:i * s + k, j * s:j * s + k]
                hit = np.isclose(window, self.out[:, :, i:i + 1, j:j + 1], rtol=1e-3)
                grad[:, :, i * s:i * s + k, j * s:j * s + k] += hit * grad_output[:, :, i:i + 1, j:j + 1]
        return grad
