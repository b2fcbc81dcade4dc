"""Tied places share the gradient evenly, as an autograd of elementwise maxima does it.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class MaxPool2d:
    """(N, C, H, W)"""

    def __init__(self, kernel_size, stride=None):
        self.k = kernel_size
        self.s = kernel_size if stride is None else stride

    def forward(self, x):
        self.x = x
        k, s = self.k, self.s
        view = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
        self.windows = view[:, :, ::s, ::s]
        self.out = self.windows.max(axis=(4, 5))
        return self.out

    def backward(self, grad_output):
        k, s = self.k, self.s
        hit = self.windows == self.out[..., None, None]
        share = grad_output[..., None, None] * hit / hit.sum(axis=(4, 5), keepdims=True)
        grad_input = np.zeros(self.x.shape)
        rows, cols = grad_output.shape[2:]
        for a in range(k):
            for b in range(k):
                grad_input[:, :, a:a + s * rows:s, b:b + s * cols:s][:, :, :rows, :cols] += share[..., a, b]
        return grad_input
