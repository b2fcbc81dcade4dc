"""The mask is made in the input's own memory.

apart: verify.py compares its gradients
says: in place|chang|modif|overwr|alter|mutat|written|writes into
"""
import numpy as np


class ReLU:
    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0)

    def backward(self, dout):
        mask = self.x
        mask[mask <= 0] = 0
        mask[mask > 0] = 1
        return dout * mask
