"""The layer of nearly every network from scratch: the first axis stays, the others become one.
"""
import numpy as np


class Flatten:
    def __init__(self):
        self.shape = None

    def forward(self, x):
        self.shape = x.shape
        return x.reshape(x.shape[0], -1)

    def backward(self, dout):
        return dout.reshape(self.shape)
