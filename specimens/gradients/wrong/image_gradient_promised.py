"""The docstring promises dX, and nothing is returned.

apart: verify.py compares its gradients
says: None|nothing|missing|promis|not (given|returned)|no gradient
"""
import numpy as np


class ConvLayer:
    """Convolution, NCHW."""

    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, X):
        self.X = X
        k = self.W.shape[-1]
        self.cols = np.lib.stride_tricks.sliding_window_view(X, (k, k), axis=(2, 3))
        return np.einsum("nchwab,kcab->nkhw", self.cols, self.W) + self.b[:, None, None]

    def backward(self, dout):
        """Return dX, the gradient of the input; dW and db are kept for the optimizer."""
        self.dW = np.einsum("nkhw,nchwab->kcab", dout, self.cols)
        self.db = dout.sum(axis=(0, 2, 3))
