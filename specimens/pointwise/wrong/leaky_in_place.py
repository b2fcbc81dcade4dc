"""A layer that writes into its input, which arrays of integers do not even take.

apart: it has a name of its own
says: changed|in place|Cannot cast
"""
import numpy as np


class LeakyReLU:
    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        x[x < 0] *= self.slope
        return x
