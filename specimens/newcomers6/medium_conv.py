"""Building a CNN from scratch, part 1: the layers. Code of my Medium article."""
import numpy as np


class Convolution:
    """One RGB image at a time, shape (height, width, channels)."""

    def __init__(self, num_filters, filter_size, in_channels=3):
        self.num_filters = num_filters
        self.filter_size = filter_size
        scale = 1.0 / (filter_size * filter_size * in_channels)
        self.filters = np.random.normal(0.0, scale, (filter_size, filter_size, in_channels, num_filters))
        self.biases = np.zeros(num_filters)
        self.cache = None

    def image_patches(self, image):
        height, width, _ = image.shape
        size = self.filter_size
        for i in range(height - size + 1):
            for j in range(width - size + 1):
                yield image[i:i + size, j:j + size, :], i, j

    def forward_prop(self, image):
        height, width, _ = image.shape
        size = self.filter_size
        output = np.zeros((height - size + 1, width - size + 1, self.num_filters))
        for patch, i, j in self.image_patches(image):
            output[i, j] = np.sum(patch[..., np.newaxis] * self.filters, axis=(0, 1, 2)) + self.biases
        self.cache = image
        return output

    def back_prop(self, d_out, learning_rate):
        d_filters = np.zeros(self.filters.shape)
        for patch, i, j in self.image_patches(self.cache):
            d_filters += patch[..., np.newaxis] * d_out[i, j]
        self.filters = self.filters - learning_rate * d_filters
        self.biases = self.biases - learning_rate * d_out.sum(axis=(0, 1))


class ReLU:
    def forward_prop(self, x):
        self.cache = x > 0
        return np.where(self.cache, x, 0)

    def back_prop(self, d_out):
        return d_out * self.cache


class MaxPool:
    def __init__(self, pool_size):
        self.pool_size = pool_size
        self.cache = None

    def forward_prop(self, image):
        height, width, channels = image.shape
        p = self.pool_size
        output = np.zeros((height // p, width // p, channels))
        for i in range(height // p):
            for j in range(width // p):
                output[i, j] = image[i * p:(i + 1) * p, j * p:(j + 1) * p].max(axis=(0, 1))
        self.cache = image
        return output


class SoftmaxLayer:
    """Flattens, multiplies, and gives probabilities."""

    def __init__(self, input_units, output_units):
        self.weight = np.random.randn(input_units, output_units) / input_units
        self.bias = np.zeros(output_units)

    def forward_prop(self, image):
        flat = image.flatten()
        logits = flat @ self.weight + self.bias
        self.cache = image.shape, flat, logits
        return softmax(logits)


def softmax(logits):
    exps = np.exp(logits - np.max(logits))
    return exps / np.sum(exps)


def cross_entropy(p, label):
    return -np.log(p[label])
