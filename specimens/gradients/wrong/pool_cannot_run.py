"""backward uses a name that only forward has.

apart: verify.py compares its gradients
says: NameError|not defined|raises?|crash|cannot|exception
"""
import numpy as np


class Pooling:
    def __init__(self, pool_h, pool_w, stride=1):
        self.pool_h, self.pool_w, self.stride = pool_h, pool_w, stride

    def forward(self, x):
        N, C, H, W = x.shape
        out_h = (H - self.pool_h) // self.stride + 1
        out_w = (W - self.pool_w) // self.stride + 1
        self.x = x
        out = np.zeros((N, C, out_h, out_w))
        for i in range(out_h):
            for j in range(out_w):
                y, z = i * self.stride, j * self.stride
                out[:, :, i, j] = x[:, :, y:y + self.pool_h, z:z + self.pool_w].max(axis=(2, 3))
        return out

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        for i in range(out_h):
            for j in range(out_w):
                y, z = i * self.stride, j * self.stride
                window = self.x[:, :, y:y + self.pool_h, z:z + self.pool_w]
                mask = window == window.max(axis=(2, 3), keepdims=True)
                dx[:, :, y:y + self.pool_h, z:z + self.pool_w] += mask * dout[:, :, i:i + 1, j:j + 1]
        return dx
