"""Caffe-like layers on top of numpy: setup(bottom), forward(bottom) -> top, parameters are `blobs`."""
import numpy as np


class ConvolutionLayer(object):
    def __init__(self, num_output, kernel_size, stride=1, pad=0):
        self.num_output = num_output
        self.kernel_size = kernel_size
        self.stride = stride
        self.pad = pad
        self.weights = None
        self.bias = None

    def setup(self, bottom):
        channels = bottom.shape[1]
        k = self.kernel_size
        std = np.sqrt(3.0 / (channels * k * k))
        self.weights = np.random.uniform(-std, std, (self.num_output, channels, k, k))
        self.bias = np.zeros(self.num_output)

    def forward(self, bottom):
        if self.weights is None:
            self.setup(bottom)
        num, channels, height, width = bottom.shape
        if channels != self.weights.shape[1]:
            raise ValueError("blob has %d channels, weights have %d" % (channels, self.weights.shape[1]))
        p, s, k = self.pad, self.stride, self.kernel_size
        data = np.zeros((num, channels, height + 2 * p, width + 2 * p), dtype=float)
        data[:, :, p:p + height, p:p + width] = bottom
        out_h = (height + 2 * p - k) // s + 1
        out_w = (width + 2 * p - k) // s + 1
        top = np.zeros((num, self.num_output, out_h, out_w))
        for y in range(out_h):
            for x in range(out_w):
                patch = data[:, :, y * s:y * s + k, x * s:x * s + k].reshape(num, -1)
                top[:, :, y, x] = np.dot(patch, self.weights.reshape(self.num_output, -1).T) + self.bias
        return top


class PoolingLayer(object):
    MAX, AVE = 0, 1

    def __init__(self, kernel_size, stride=1, pool=MAX):
        self.kernel_size = kernel_size
        self.stride = stride
        self.pool = pool

    def forward(self, bottom):
        num, channels, height, width = bottom.shape
        k, s = self.kernel_size, self.stride
        top = np.zeros((num, channels, (height - k) // s + 1, (width - k) // s + 1))
        reduce = np.max if self.pool == self.MAX else np.mean
        for y in range(top.shape[2]):
            for x in range(top.shape[3]):
                top[:, :, y, x] = reduce(bottom[:, :, y * s:y * s + k, x * s:x * s + k], axis=(2, 3))
        return top


class ReLULayer(object):
    def forward(self, bottom):
        return np.maximum(bottom, 0)


class InnerProductLayer(object):
    """weights are (num_output, inputs), as in caffe"""

    def __init__(self, num_output):
        self.num_output = num_output
        self.weights = None
        self.bias = None

    def setup(self, bottom):
        inputs = bottom.reshape(len(bottom), -1).shape[1]
        self.weights = np.random.randn(self.num_output, inputs) * 0.01
        self.bias = np.zeros(self.num_output)

    def forward(self, bottom):
        if self.weights is None:
            self.setup(bottom)
        return np.dot(bottom.reshape(len(bottom), -1), self.weights.T) + self.bias


class SoftmaxLayer(object):
    def forward(self, bottom):
        top = np.exp(bottom - bottom.max(axis=1, keepdims=True))
        top /= top.sum(axis=1, keepdims=True)
        return top
