"""A layer, channels first, whose gamma is added and whose beta multiplies.

apart: its operation has another name
says: swap|exchange|multipl|offset
"""
import numpy as np


class BatchNorm2d:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.gamma = np.ones((1, num_features, 1, 1))
        self.beta = np.zeros((1, num_features, 1, 1))
        self.running_mean = np.zeros((1, num_features, 1, 1))
        self.running_var = np.ones((1, num_features, 1, 1))

    def forward(self, x):
        x_hat = (x - self.running_mean) / np.sqrt(self.running_var + self.eps)
        return self.beta * x_hat + self.gamma
