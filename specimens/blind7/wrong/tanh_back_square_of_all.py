r"""The slope is (1 - y)**2 in the place of 1 - y**2.

apart: verify.py compares it
says: \(1 - (y|tanh(\(x\))?)\)|square|brackets|y\^2|y\*\*2
never: precision
"""
import numpy as np


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y) ** 2
