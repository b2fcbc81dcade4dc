"""Layers of my framework; every layer keeps its parameters in a dict so the optimizer can walk them."""
import numpy as np


class Layer:
    def __init__(self):
        self.params = {}
        self.grads = {}

    def forward(self, inputs):
        raise NotImplementedError


class Conv2D(Layer):
    """inputs: (batch, height, width, channels)"""

    def __init__(self, in_channels, out_channels, kernel_size=3):
        super().__init__()
        self.kernel_size = kernel_size
        scale = 1.0 / np.sqrt(in_channels * kernel_size ** 2)
        self.params["W"] = np.random.randn(kernel_size, kernel_size, in_channels, out_channels) * scale
        self.params["b"] = np.zeros(out_channels)

    def forward(self, inputs):
        self.inputs = inputs
        W, b = self.params["W"], self.params["b"]
        k = self.kernel_size
        n, h, w, c_in = inputs.shape
        out = np.zeros((n, h - k + 1, w - k + 1, W.shape[-1]))
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                for c in range(c_in):
                    window = inputs[:, i:i + k, j:j + k, c].reshape(n, -1)
                    out[:, i, j, :] += window @ W[:, :, c, :].reshape(k * k, -1) + b
        return out


class ReLU(Layer):
    def forward(self, inputs):
        self.inputs = inputs
        return np.maximum(inputs, 0.0)


class Linear(Layer):
    def __init__(self, input_size, output_size):
        super().__init__()
        self.params["w"] = np.random.randn(input_size, output_size) / np.sqrt(input_size)
        self.params["b"] = np.zeros(output_size)

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.params["w"] + self.params["b"]


class MaxPool(Layer):
    def __init__(self, size=2):
        super().__init__()
        self.size = size

    def forward(self, inputs):
        s = self.size
        n, h, w, c = inputs.shape
        h, w = h // s, w // s
        return inputs[:, :h * s, :w * s].reshape(n, h, s, w, s, c).max(axis=(2, 4))


if __name__ == "__main__":
    net = [Conv2D(3, 4), ReLU(), MaxPool()]
    x = np.random.rand(1, 8, 8, 3)
    for layer in net:
        x = layer.forward(x)
        print(type(layer).__name__, x.shape)
