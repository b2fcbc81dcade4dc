"""W["grad"] holds the gradient of the first channel in all channels.

apart: verify.py compares its gradients
says: channel
"""
import numpy as np


class ConvLayer:
    def __init__(self, in_channels, out_channels, kernel, stride=1, pad=0):
        self.W = {'val': np.random.normal(0, .1, (out_channels, in_channels, kernel, kernel)), 'grad': 0}
        self.b = {'val': np.zeros(out_channels), 'grad': 0}
        self.kernel, self.stride, self.pad = kernel, stride, pad

    def forward(self, X):
        k, s, p = self.kernel, self.stride, self.pad
        self.size = X.shape[2:]
        self.X = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
        rows, cols = (self.X.shape[2] - k) // s + 1, (self.X.shape[3] - k) // s + 1
        Y = np.zeros((len(X), len(self.W['val']), rows, cols))
        for h in range(rows):
            for w in range(cols):
                Y[:, :, h, w] = np.tensordot(self.X[:, :, h * s:h * s + k, w * s:w * s + k], self.W['val'],
                                             ([1, 2, 3], [1, 2, 3])) + self.b['val']
        return Y

    def backward(self, dY):
        k, s, p = self.kernel, self.stride, self.pad
        dX = np.zeros(self.X.shape)
        gW = np.zeros(self.W['val'].shape)
        for n in range(dY.shape[0]):
            for f in range(dY.shape[1]):
                for h in range(dY.shape[2]):
                    for w in range(dY.shape[3]):
                        g = dY[n, f, h, w]
                        gW[f] += self.X[n, 0, h * s:h * s + k, w * s:w * s + k] * g
                        dX[n, :, h * s:h * s + k, w * s:w * s + k] += self.W['val'][f] * g
        self.W['grad'] = gW
        self.b['grad'] = dY.sum(axis=(0, 2, 3))
        return dX[:, :, p:p + self.size[0], p:p + self.size[1]]
