"""Layers with forward_pass and backward_pass; gradients stand in a dictionary by name.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class Conv2D:
    """Input (N, H, W, C), kernel (f, f, C, K)"""

    def __init__(self, kernels, size, channels, stride=1, padding=0):
        self.params = {
            "W": np.random.randn(size, size, channels, kernels) * 0.1,
            "b": np.zeros(kernels),
        }
        self.gradients = {}
        self.stride, self.padding = stride, padding

    def _slices(self, out_h, out_w):
        f, s = self.params["W"].shape[0], self.stride
        for i in range(out_h):
            for j in range(out_w):
                yield i, j, slice(i * s, i * s + f), slice(j * s, j * s + f)

    def forward_pass(self, X):
        p = self.padding
        self.X = np.pad(X, ((0, 0), (p, p), (p, p), (0, 0)))
        f = self.params["W"].shape[0]
        n, h, w, _ = self.X.shape
        oh, ow = (h - f) // self.stride + 1, (w - f) // self.stride + 1
        out = np.zeros((n, oh, ow, self.params["W"].shape[3]))
        for i, j, ys, xs in self._slices(oh, ow):
            out[:, i, j] = np.tensordot(self.X[:, ys, xs], self.params["W"], axes=([1, 2, 3], [0, 1, 2]))
        return out + self.params["b"]

    def backward_pass(self, grad):
        W = self.params["W"]
        dX = np.zeros(self.X.shape)
        dW = np.zeros(W.shape)
        for i, j, ys, xs in self._slices(*grad.shape[1:3]):
            dW += np.tensordot(self.X[:, ys, xs], grad[:, i, j], axes=([0], [0]))
            dX[:, ys, xs] += np.tensordot(grad[:, i, j], W, axes=([1], [3]))
        self.gradients["W"] = dW
        self.gradients["b"] = grad.sum(axis=(0, 1, 2))
        p = self.padding
        return dX[:, p:dX.shape[1] - p, p:dX.shape[2] - p]


class Dense:
    def __init__(self, n_in, n_out):
        self.params = {"W": np.random.randn(n_in, n_out), "b": np.zeros(n_out)}
        self.gradients = {}

    def forward_pass(self, X):
        self.X = X
        return X @ self.params["W"] + self.params["b"]

    def backward_pass(self, grad):
        self.gradients = {"W": self.X.T @ grad, "b": grad.sum(axis=0)}
        return grad @ self.params["W"].T
