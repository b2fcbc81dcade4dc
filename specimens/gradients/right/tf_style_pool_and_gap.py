"""Layer objects for NHWC that remember shapes only: global means, flattening, mean pooling.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class GlobalAveragePooling2D:
    def forward(self, x):
        self.shape = x.shape
        return x.mean(axis=(1, 2))

    def backward(self, grad):
        n, h, w, c = self.shape
        return np.repeat(np.repeat(grad[:, None, None, :], h, axis=1), w, axis=2) / (h * w)


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(x.shape[0], -1)

    def backward(self, grad):
        return grad.reshape(self.shape)


class AveragePooling2D:
    def __init__(self, pool_size=2):
        self.pool_size = pool_size

    def forward(self, x):
        k = self.pool_size
        n, h, w, c = x.shape
        self.shape = x.shape
        x = x[:, :h // k * k, :w // k * k]
        return x.reshape(n, h // k, k, w // k, k, c).mean(axis=(2, 4))

    def backward(self, grad):
        k = self.pool_size
        out = np.zeros(self.shape)
        spread = np.kron(grad, np.ones((1, k, k, 1))) / k ** 2
        out[:, :spread.shape[1], :spread.shape[2]] = spread
        return out
