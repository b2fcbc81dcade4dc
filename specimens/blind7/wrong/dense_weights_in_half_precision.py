"""The weights are kept in half precision, to save memory.

apart: verify.py compares it
says: float16|half|11 bits|weights?.*(round|precision)|(round|precision).*weights?
never: bias|float32
"""
import numpy as np


class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(2 / n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        half = self.W.astype(np.float16)
        return x @ half.astype(np.float64) + self.b
