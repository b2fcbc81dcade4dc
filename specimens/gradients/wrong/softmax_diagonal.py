"""Only the diagonal of the matrix of derivatives: p (1 - p), as for the sigmoid.

apart: verify.py compares its gradients
says: diagonal|p [*] ?[(]1|1 - p|other|jacobian|sigmoid
"""
import numpy as np


class Softmax:
    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.s = e / e.sum(axis=1, keepdims=True)
        return self.s

    def backward(self, grad):
        return grad * self.s * (1 - self.s)
