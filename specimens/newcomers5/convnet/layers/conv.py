import numpy as np

from ..utils import im2col, out_size
from .base import Layer


class Conv2d(Layer):
    trainable = True

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        fan_in = in_channels * kernel_size**2
        self.weight = np.random.normal(0, (2 / fan_in) ** 0.5, (out_channels, in_channels, kernel_size, kernel_size))
        self.bias = np.zeros(out_channels)

    def forward(self, x):
        n, _, h, w = x.shape
        cols = im2col(x, self.kernel_size, self.stride, self.padding)
        out = cols @ self.weight.reshape(len(self.weight), -1).T + self.bias
        oh = out_size(h, self.kernel_size, self.stride, self.padding)
        ow = out_size(w, self.kernel_size, self.stride, self.padding)
        return out.reshape(n, oh, ow, -1).transpose(0, 3, 1, 2)

    def parameters(self):
        return [self.weight, self.bias]
