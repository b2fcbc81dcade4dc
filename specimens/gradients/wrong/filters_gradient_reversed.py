"""The filters' gradient by a correlation whose arguments are the other way round, which turns it.

apart: verify.py compares its gradients
says: revers|flip|180|turn|rotat|mirror
"""
import numpy as np
from scipy import signal


class Convolutional:
    def __init__(self, input_shape, kernel_size, depth):
        self.input_depth, self.depth, self.input_shape = input_shape[0], depth, input_shape
        self.kernels = np.random.randn(depth, input_shape[0], kernel_size, kernel_size)
        self.biases = np.random.randn(depth)

    def forward(self, input):
        self.input = input
        return np.stack([sum(signal.correlate2d(x, k, "valid") for x, k in zip(input, kernel)) + b
                         for kernel, b in zip(self.kernels, self.biases)])

    def backward(self, output_gradient, learning_rate):
        kernels_gradient = np.zeros(self.kernels.shape)
        input_gradient = np.zeros(self.input_shape)
        for i in range(self.depth):
            for j in range(self.input_depth):
                kernels_gradient[i, j] = signal.correlate2d(output_gradient[i], self.input[j], "valid")
                input_gradient[j] += signal.convolve2d(output_gradient[i], self.kernels[i, j], "full")
        self.kernels -= learning_rate * kernels_gradient
        self.biases -= learning_rate * output_gradient.sum(axis=(1, 2))
        return input_gradient
