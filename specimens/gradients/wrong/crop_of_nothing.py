"""The border is cut off by [p:-p], which is empty without padding.

apart: verify.py compares its gradients
says: cut off|empty|shape|crop|padding|no (rows|elements)|0 rows
"""
import numpy as np


class Conv2d:
    def __init__(self, in_ch, out_ch, k, stride=1, padding=0):
        self.w = np.random.randn(out_ch, in_ch, k, k) / k
        self.b = np.zeros(out_ch)
        self.k, self.stride, self.padding = k, stride, padding

    def forward(self, x):
        p, k, s = self.padding, self.k, self.stride
        self.xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        n, c, h, w = self.xp.shape
        oh, ow = (h - k) // s + 1, (w - k) // s + 1
        out = np.zeros((n, len(self.w), oh, ow))
        for i in range(oh):
            for j in range(ow):
                patch = self.xp[:, None, :, i * s:i * s + k, j * s:j * s + k]
                out[:, :, i, j] = (patch * self.w).sum(axis=(2, 3, 4)) + self.b
        return out

    def backward(self, dout):
        p, k, s = self.padding, self.k, self.stride
        dx = np.zeros(self.xp.shape)
        self.dw = np.zeros(self.w.shape)
        self.db = dout.sum(axis=(0, 2, 3))
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                g = dout[:, :, i, j]
                self.dw += np.einsum("nk,ncab->kcab", g, self.xp[:, :, i * s:i * s + k, j * s:j * s + k])
                dx[:, :, i * s:i * s + k, j * s:j * s + k] += np.einsum("nk,kcab->ncab", g, self.w)
        return dx[:, :, p:-p, p:-p]
