import numpy as np

from ..base import Layer


class _Pool2D(Layer):
    def __init__(self, pool_size=2, stride=None):
        self.pool_size = pool_size
        self.stride = pool_size if stride is None else stride

    def _regions(self, x):
        k, s = self.pool_size, self.stride
        rows = (x.shape[2] - k) // s + 1
        cols = (x.shape[3] - k) // s + 1
        for i in range(rows):
            for j in range(cols):
                yield i, j, x[:, :, i * s:i * s + k, j * s:j * s + k]

    def _empty(self, x):
        k, s = self.pool_size, self.stride
        return np.zeros((x.shape[0], x.shape[1], (x.shape[2] - k) // s + 1, (x.shape[3] - k) // s + 1))


class MaxPool2D(_Pool2D):
    def forward(self, x):
        out = self._empty(x)
        for i, j, region in self._regions(x):
            out[:, :, i, j] = region.max(axis=(2, 3))
        return out


class AvgPool2D(_Pool2D):
    def forward(self, x):
        out = self._empty(x)
        for i, j, region in self._regions(x):
            out[:, :, i, j] = region.sum(axis=(2, 3)) / self.stride ** 2
        return out
