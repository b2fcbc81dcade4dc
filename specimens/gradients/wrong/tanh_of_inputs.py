"""1 - x ** 2 of the input, where the result is meant.

apart: verify.py compares its gradients
says: x ?([*][*]|²|[*])|1 - x|input|result|squar|tanh of
"""
import numpy as np


class ActivationLayer:
    def __init__(self, activation, activation_prime):
        self.activation, self.activation_prime = activation, activation_prime

    def forward_propagation(self, input_data):
        self.input = input_data
        return self.activation(self.input)

    def backward_propagation(self, output_error, learning_rate):
        return self.activation_prime(self.input) * output_error


class Tanh(ActivationLayer):
    def __init__(self):
        super().__init__(np.tanh, lambda x: 1 - x ** 2)
