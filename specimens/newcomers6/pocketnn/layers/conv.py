import numpy as np

from .base import Layer
from .utils import col2im, im2col


class Conv2D(Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        fan_in = in_channels * kernel_size * kernel_size
        self.params["w"] = np.random.randn(out_channels, in_channels, kernel_size, kernel_size) / fan_in ** 0.5
        self.params["b"] = np.zeros(out_channels)

    def forward(self, inputs):
        w, b = self.params["w"], self.params["b"]
        p, k = self.padding, w.shape[2:]
        x = np.pad(inputs, ((0, 0), (0, 0), (p, p), (p, p)))
        cols, oh, ow = im2col(x, *k, self.stride)
        self.cache = cols, x.shape, oh, ow
        out = cols.astype(float) @ w.reshape(len(w), -1).T + b
        return out.reshape(len(x), oh, ow, -1).transpose(0, 3, 1, 2)

    def backward(self, grad):
        w = self.params["w"]
        cols, shape, oh, ow = self.cache
        g = grad.transpose(0, 2, 3, 1).reshape(-1, len(w))
        self.grads["w"] = (g.T @ cols).reshape(w.shape)
        self.grads["b"] = g.sum(axis=0)
        dx = col2im(g @ w.reshape(len(w), -1), shape, *w.shape[2:], self.stride, oh, ow)
        p = self.padding
        return dx[:, :, p:shape[2] - p, p:shape[3] - p]
