"""The image's gradient pixel by pixel: an index below 0 is not left out and counts from the end.

apart: verify.py compares its gradients
says: wrap|negative|edge|border|index|other side|opposite|first (row|col)|top|corner
"""
import numpy as np


class ConvolutionLayer:
    def __init__(self, kernels):
        self.kernels = kernels  # (K, f, f, C)

    def forward(self, x):
        self.x = x
        f = self.kernels.shape[1]
        view = np.lib.stride_tricks.sliding_window_view(x, (f, f), (1, 2))
        return np.einsum("nijcab,kabc->nijk", view, self.kernels)

    def backward(self, grad):
        K, f, _, C = self.kernels.shape
        n, h, w, _ = self.x.shape
        rows, cols = grad.shape[1:3]
        grad_x = np.zeros(self.x.shape)
        self.grad_kernels = np.zeros(self.kernels.shape)
        for a in range(f):
            for b in range(f):
                self.grad_kernels[:, a, b] = np.einsum(
                    "nijk,nijc->kc", grad, self.x[:, a:a + rows, b:b + cols])
                for y in range(h):
                    for x in range(w):
                        i, j = y - a, x - b
                        if i < rows and j < cols and i >= -rows and j >= -cols:
                            grad_x[:, y, x] += grad[:, i, j] @ self.kernels[:, a, b]
        return grad_x
