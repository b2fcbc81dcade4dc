"""fprop and bprop; the loss of a batch is a sum, and so is its gradient; labels are one-hot.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class Activation:
    def __init__(self, slope=0.1):
        self.slope = slope


class LeakyReLU(Activation):
    def fprop(self, x):
        self.x = x
        return np.maximum(x, 0) + self.slope * np.minimum(x, 0)

    def bprop(self, dy):
        return dy * np.where(self.x > 0, 1.0, self.slope)


class TanhLayer:
    def fprop(self, x):
        self.y = np.tanh(x)
        return self.y

    def bprop(self, dy):
        return dy * (1 - self.y * self.y)


class SoftmaxCrossEntropy:
    def fprop(self, scores, targets):
        z = scores - scores.max(1, keepdims=True)
        e = np.exp(z)
        self.p, self.targets = e / e.sum(1, keepdims=True), targets
        return np.sum(np.log(e.sum(1)) - z[targets == 1])

    def bprop(self):
        return self.p - self.targets
