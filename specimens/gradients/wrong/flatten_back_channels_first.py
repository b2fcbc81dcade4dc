"""The vector is folded back as if the channels had come first.

apart: verify.py compares its gradients
says: order|axes|axis|channel|scrambl|transpos|layout|reshape
"""
import numpy as np


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, grad):
        n, h, w, c = self.shape
        return grad.reshape(n, c, h, w).transpose(0, 2, 3, 1)
