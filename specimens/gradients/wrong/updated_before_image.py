"""The kernels learn first, and the new ones carry the gradient on to the image.

apart: verify.py compares its gradients
says: updat|before|new (filter|kernel|weight|param)|order|already|learn
"""
import numpy as np
from scipy import signal


class Convolutional:
    def __init__(self, input_shape, kernel_size, depth):
        input_depth, h, w = input_shape
        self.depth, self.input_depth, self.input_shape = depth, input_depth, input_shape
        self.kernels = np.random.randn(depth, input_depth, kernel_size, kernel_size)
        self.biases = np.random.randn(depth)

    def forward(self, input):
        self.input = input
        return np.stack([
            self.biases[i] + sum(
                signal.correlate2d(self.input[j], self.kernels[i, j], "valid") for j in range(self.input_depth))
            for i in range(self.depth)])

    def backward(self, output_gradient, learning_rate):
        for i in range(self.depth):
            for j in range(self.input_depth):
                self.kernels[i, j] -= learning_rate * signal.correlate2d(self.input[j], output_gradient[i], "valid")
        self.biases -= learning_rate * output_gradient.sum(axis=(1, 2))

        input_gradient = np.zeros(self.input_shape)
        for i in range(self.depth):
            for j in range(self.input_depth):
                input_gradient[j] += signal.convolve2d(output_gradient[i], self.kernels[i, j], "full")
        return input_gradient
