"""The weights lose the error that arrives, not their gradient.

apart: verify.py compares its gradients
says: error|incoming|input|outer|gradient of the weights|weights.*(gradient|grad)
"""
import numpy as np


class FCLayer:
    def __init__(self, input_size, output_size):
        self.weights = np.random.rand(input_size, output_size) - 0.5
        self.bias = np.random.rand(1, output_size) - 0.5

    def forward_propagation(self, input_data):
        self.input = input_data
        return self.input @ self.weights + self.bias

    def backward_propagation(self, output_error, learning_rate):
        input_error = output_error @ self.weights.T
        self.weights -= learning_rate * output_error
        self.bias -= learning_rate * output_error
        return input_error
