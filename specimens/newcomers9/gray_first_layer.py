"""The layers of a well-known series, for maps before rows: filters of one channel; Dense is last."""
import numpy as np


class Conv3x3:
    def __init__(self, num_filters):
        self.num_filters = num_filters
        self.filters = np.random.randn(num_filters, 1, 3, 3) / 9

    def iterate_regions(self, image):
        _, h, w = image.shape
        for i in range(h - 2):
            for j in range(w - 2):
                yield i, j, image[:, i:i + 3, j:j + 3]

    def forward(self, input):
        self.last_input = input
        _, h, w = input.shape
        output = np.zeros((self.num_filters, h - 2, w - 2))
        for f in range(self.num_filters):
            for i, j, region in self.iterate_regions(input):
                output[f, i, j] = np.sum(region * self.filters[f])
        return output

    def backprop(self, d_L_d_out, learn_rate):
        d_L_d_filters = np.zeros(self.filters.shape)
        for f in range(self.num_filters):
            for i, j, region in self.iterate_regions(self.last_input):
                d_L_d_filters[f] += d_L_d_out[f, i, j] * region
        self.filters -= learn_rate * d_L_d_filters
        return None


class MaxPool2:
    def forward(self, input):
        self.last_input = input
        c, h, w = input.shape
        cut = input[:, :h // 2 * 2, :w // 2 * 2]
        return cut.reshape(c, h // 2, 2, w // 2, 2).max(axis=(2, 4))

    def backprop(self, d_L_d_out):
        d_L_d_input = np.zeros(self.last_input.shape)
        for f, i, j in np.ndindex(*d_L_d_out.shape):
            window = self.last_input[f, i * 2:i * 2 + 2, j * 2:j * 2 + 2]
            a, b = np.unravel_index(window.argmax(), window.shape)
            d_L_d_input[f, i * 2 + a, j * 2 + b] = d_L_d_out[f, i, j]
        return d_L_d_input


class Dense:
    def __init__(self, in_len, out_len):
        self.weights = np.random.randn(in_len, out_len) / in_len
        self.biases = np.zeros(out_len)

    def forward(self, input):
        self.last_input_shape = input.shape
        self.last_input = input.flatten()
        return np.dot(self.last_input, self.weights) + self.biases

    def backprop(self, d_L_d_out, learn_rate):
        d_L_d_input = np.dot(self.weights, d_L_d_out)
        self.weights -= learn_rate * np.outer(self.last_input, d_L_d_out)
        self.biases -= learn_rate * d_L_d_out
        return d_L_d_input.reshape(self.last_input_shape)
