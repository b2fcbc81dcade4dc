"""The image is correlated with the widened gradient: with a rest of the stride there are too many places.

apart: verify.py compares its gradients
says: shape|remainder|rest|stride|larger|rows? .*too many
"""
import numpy as np
from scipy.signal import convolve2d, correlate2d


class Conv:
    """NCHW"""

    def __init__(self, weight, bias, stride=1):
        self.weight, self.bias, self.stride = weight, bias, stride

    def forward(self, x):
        self.x = x
        s = self.stride
        return np.array([[sum(correlate2d(img[c], w[c], "valid") for c in range(len(img)))[::s, ::s] + b
                          for w, b in zip(self.weight, self.bias)] for img in x])

    def backward(self, dy):
        s = self.stride
        n, k, oh, ow = dy.shape
        wide = np.zeros((n, k, (oh - 1) * s + 1, (ow - 1) * s + 1))
        wide[:, :, ::s, ::s] = dy
        self.dweight = np.array([[sum(correlate2d(self.x[i, c], wide[i, m], "valid") for i in range(n))
                                  for c in range(self.x.shape[1])] for m in range(k)])
        self.dbias = dy.sum(axis=(0, 2, 3))
        dx = np.zeros(self.x.shape)
        for i in range(n):
            for c in range(self.x.shape[1]):
                part = sum(convolve2d(wide[i, m], self.weight[m, c], "full") for m in range(k))
                dx[i, c, :part.shape[0], :part.shape[1]] = part
        return dx
