import numpy as np
from scipy.signal import correlate2d


class Param:
    """Trainable parameter: its value and its gradient."""

    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)

    def __repr__(self):
        return "Param" + str(self.value.shape)


class ConvolutionalLayer:
    """one image (channels, height, width) at a time"""

    def __init__(self, in_channels, out_channels, filter_size):
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.W = Param(np.random.randn(out_channels, in_channels, filter_size, filter_size) * 0.1)
        self.B = Param(np.zeros(out_channels))

    def forward(self, X):
        f = self.W.value.shape[2]
        self.X = X
        result = np.zeros((self.out_channels, X.shape[1] - f + 1, X.shape[2] - f + 1))
        for o in range(self.out_channels):
            for c in range(self.in_channels):
                result[o] = correlate2d(X[c], self.W.value[o, c], mode="valid")
            result[o] += self.B.value[o]
        return result

    def params(self):
        return {"W": self.W, "B": self.B}


class ReLULayer:
    def forward(self, X):
        return np.maximum(X, 0)

    def params(self):
        return {}


class MeanPoolingLayer:
    def __init__(self, pool_size, stride):
        self.pool_size = pool_size
        self.stride = stride

    def forward(self, X):
        channels, height, width = X.shape
        p, s = self.pool_size, self.stride
        result = np.zeros((channels, (height - p) // s + 1, (width - p) // s + 1))
        for i in range(result.shape[1]):
            for j in range(result.shape[2]):
                result[:, i, j] = X[:, i * s:i * s + p, j * s:j * s + p].mean(axis=(1, 2))
        return result

    def params(self):
        return {}


class FullyConnectedLayer:
    def __init__(self, n_input, n_output):
        self.W = Param(np.random.randn(n_input, n_output) * 0.1)
        self.B = Param(np.zeros(n_output))

    def forward(self, X):
        return np.dot(X.flatten(), self.W.value) + self.B.value

    def params(self):
        return {"W": self.W, "B": self.B}


class ConvNet:
    def __init__(self):
        self.layers = [ConvolutionalLayer(3, 4, 3), ReLULayer(), MeanPoolingLayer(2, 2), FullyConnectedLayer(900, 10)]

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X


if __name__ == "__main__":
    print(ConvNet().forward(np.random.rand(3, 32, 32)))
