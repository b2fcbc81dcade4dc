"""Layers with forward_pass / backward_pass and an input_shape, to be stacked in a NeuralNetwork."""
import math

import numpy as np


class Layer:
    def set_input_shape(self, shape):
        self.input_shape = shape

    def layer_name(self):
        return self.__class__.__name__

    def forward_pass(self, X, training):
        raise NotImplementedError()


class Dense(Layer):
    def __init__(self, n_units, input_shape=None):
        self.layer_input = None
        self.input_shape = input_shape
        self.n_units = n_units
        self.W = None
        self.w0 = None

    def initialize(self, optimizer=None):
        limit = 1 / math.sqrt(self.input_shape[0])
        self.W = np.random.uniform(-limit, limit, (self.input_shape[0], self.n_units))
        self.w0 = np.zeros((1, self.n_units))

    def forward_pass(self, X, training=True):
        self.layer_input = X
        return X.dot(self.W) + self.w0


class Conv2D(Layer):
    """
    n_filters: int
    filter_shape: tuple (filter_height, filter_width)
    input_shape: tuple (channels, height, width)
    padding: 'same' or 'valid'
    """

    def __init__(self, n_filters, filter_shape, input_shape=None, padding="same", stride=1):
        self.n_filters = n_filters
        self.filter_shape = filter_shape
        self.padding = padding
        self.stride = stride
        self.input_shape = input_shape

    def initialize(self, optimizer=None):
        height, width = self.filter_shape
        channels = self.input_shape[0]
        limit = 1 / math.sqrt(height * width)
        self.W = np.random.uniform(-limit, limit, size=(self.n_filters, channels, height, width))
        self.w0 = np.zeros((self.n_filters, 1))

    def forward_pass(self, X, training=True):
        self.layer_input = X
        fh, fw = self.filter_shape
        if self.padding == "same":
            up, left = (fh - 1) // 2, (fw - 1) // 2
            X = np.pad(X, ((0, 0), (0, 0), (up, fh - 1 - up), (left, fw - 1 - left)))
        batch, channels, height, width = X.shape
        out_h = (height - fh) // self.stride + 1
        out_w = (width - fw) // self.stride + 1
        columns = np.empty((channels * fh * fw, out_h * out_w * batch))
        at = 0
        for i in range(out_h):
            for j in range(out_w):
                y, x = i * self.stride, j * self.stride
                columns[:, at:at + batch] = X[:, :, y:y + fh, x:x + fw].reshape(batch, -1).T
                at += batch
        output = self.W.reshape(self.n_filters, -1).dot(columns) + self.w0
        return output.reshape(self.n_filters, out_h, out_w, batch).transpose(3, 0, 1, 2)


class MaxPooling2D(Layer):
    def __init__(self, pool_shape=(2, 2), stride=2):
        self.pool_shape = pool_shape
        self.stride = stride

    def forward_pass(self, X, training=True):
        ph, pw = self.pool_shape
        s = self.stride
        batch, channels, height, width = X.shape
        out = np.empty((batch, channels, (height - ph) // s + 1, (width - pw) // s + 1))
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                out[:, :, i, j] = np.max(X[:, :, i * s:i * s + ph, j * s:j * s + pw], axis=(2, 3))
        return out


class Activation(Layer):
    def __init__(self, name):
        self.activation_name = name
        self.activation_func = {"relu": ReLU, "softmax": Softmax}[name]()

    def forward_pass(self, X, training=True):
        return self.activation_func(X)


class ReLU:
    def __call__(self, x):
        return np.where(x >= 0, x, 0)

    def gradient(self, x):
        return np.where(x >= 0, 1, 0)


class Softmax:
    def __call__(self, x):
        e_x = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e_x / np.sum(e_x, axis=-1, keepdims=True)
