r"""The place of the largest is counted from the number of the window, not from where it begins.

apart: verify.py compares it
says: stride|where (it|the window|a window) (begins|starts)|window.*(place|begin|start|corner)|place|i \+ a
never: tie|averaged
"""
import numpy as np


class MaxPool2d:
    def __init__(self, kernel_size=2, stride=None):
        self.k = kernel_size
        self.s = kernel_size if stride is None else stride

    def forward(self, x):
        self.x = x
        n, c, h, w = x.shape
        oh, ow = (h - self.k) // self.s + 1, (w - self.k) // self.s + 1
        out = np.zeros((n, c, oh, ow), x.dtype)
        for i in range(oh):
            for j in range(ow):
                r, q = i * self.s, j * self.s
                out[:, :, i, j] = x[:, :, r : r + self.k, q : q + self.k].max(axis=(2, 3))
        return out

    def backward(self, dout):
        dx = np.zeros(self.x.shape)
        n, c, oh, ow = dout.shape
        for m in range(n):
            for k in range(c):
                for i in range(oh):
                    for j in range(ow):
                        r, q = i * self.s, j * self.s
                        window = self.x[m, k, r : r + self.k, q : q + self.k]
                        a, b = np.unravel_index(np.argmax(window), window.shape)
                        dx[m, k, i + a, j + b] += dout[m, k, i, j]
        return dx
