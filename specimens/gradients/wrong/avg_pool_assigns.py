"""Mean pooling's backward assigns its share where windows overlap.

apart: verify.py compares its gradients
says: overlap|assign|add|accum|overwrit|last window|summ
"""
import numpy as np


class AvgPool:
    def __init__(self, F, stride):
        self.F, self.s = F, stride

    def forward(self, X):
        self.shape = X.shape
        F, s = self.F, self.s
        rows, cols = (X.shape[2] - F) // s + 1, (X.shape[3] - F) // s + 1
        return np.array([[X[:, :, h * s:h * s + F, w * s:w * s + F].mean(axis=(2, 3)) for w in range(cols)]
                         for h in range(rows)]).transpose(2, 3, 0, 1)

    def backward(self, dY):
        dX = np.zeros(self.shape)
        for h in range(dY.shape[2]):
            for w in range(dY.shape[3]):
                ys, xs = slice(h * self.s, h * self.s + self.F), slice(w * self.s, w * self.s + self.F)
                dX[:, :, ys, xs] = dY[:, :, h, w][:, :, None, None] / (self.F * self.F)
        return dX
