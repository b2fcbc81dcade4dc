"""Where the gradient is negative nothing goes back: the input's sign was meant.

apart: verify.py compares its gradients
says: sign|negative|positive|below 0|incoming
"""
import numpy as np


class ReLU:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad):
        return np.maximum(grad, 0) * (self.x > 0)
