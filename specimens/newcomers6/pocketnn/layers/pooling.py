import numpy as np

from .base import Layer
from .utils import col2im, im2col


class _Pool2D(Layer):
    def __init__(self, pool_size=2, stride=None):
        super().__init__()
        self.pool_size = pool_size
        self.stride = stride or pool_size

    def _columns(self, inputs):
        n, c, h, w = inputs.shape
        cols, oh, ow = im2col(np.ascontiguousarray(inputs).reshape(n * c, 1, h, w), self.pool_size,
                              self.pool_size, self.stride)
        self.cache = inputs.shape, cols, oh, ow
        return cols, (n, c, oh, ow)

    def _image(self, cols):
        (n, c, h, w), _, oh, ow = self.cache
        dx = col2im(cols, (n * c, 1, h, w), self.pool_size, self.pool_size, self.stride, oh, ow)
        return dx.reshape(n, c, h, w)


class MaxPool2D(_Pool2D):
    def forward(self, inputs):
        cols, shape = self._columns(inputs)
        self.where = cols.argmax(axis=1)
        return cols[np.arange(len(cols)), self.where].reshape(shape)

    def backward(self, grad):
        cols = np.zeros(self.cache[1].shape)
        cols[np.arange(len(cols)), self.where] = grad.ravel()
        return self._image(cols)


class AvgPool2D(_Pool2D):
    def forward(self, inputs):
        cols, shape = self._columns(inputs)
        return cols.mean(axis=1).reshape(shape)

    def backward(self, grad):
        size = self.pool_size ** 2
        return self._image(np.repeat(grad.reshape(-1, 1) / size, size, axis=1))
