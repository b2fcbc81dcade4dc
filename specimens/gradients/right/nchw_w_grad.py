"""Every parameter is a dictionary with its value and its gradient, NCHW.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


class ConvLayer:
    def __init__(self, in_channels, out_channels, kernel, stride=1, pad=0):
        self.W = {'val': np.random.normal(0, .1, (out_channels, in_channels, kernel, kernel)), 'grad': 0}
        self.b = {'val': np.zeros(out_channels), 'grad': 0}
        self.stride, self.pad, self.kernel = stride, pad, kernel
        self.cache = None

    def forward(self, X):
        N, C, H, W = X.shape
        k, s, p = self.kernel, self.stride, self.pad
        Xp = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
        oh, ow = 1 + (H - k + 2 * p) // s, 1 + (W - k + 2 * p) // s
        Y = np.zeros((N, self.W['val'].shape[0], oh, ow))
        for h in range(oh):
            for w in range(ow):
                patch = Xp[:, :, h * s:h * s + k, w * s:w * s + k].reshape(N, -1)
                Y[:, :, h, w] = patch @ self.W['val'].reshape(len(self.W['val']), -1).T + self.b['val']
        self.cache = X
        return Y

    def backward(self, dY):
        X = self.cache
        N, C, H, W = X.shape
        k, s, p = self.kernel, self.stride, self.pad
        Xp = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
        dXp = np.zeros(Xp.shape)
        gW = np.zeros(self.W['val'].shape)
        flat = self.W['val'].reshape(len(gW), -1)
        for h in range(dY.shape[2]):
            for w in range(dY.shape[3]):
                g = dY[:, :, h, w]
                patch = Xp[:, :, h * s:h * s + k, w * s:w * s + k]
                gW += (g.T @ patch.reshape(N, -1)).reshape(gW.shape)
                dXp[:, :, h * s:h * s + k, w * s:w * s + k] += (g @ flat).reshape(patch.shape)
        self.W['grad'] = gW
        self.b['grad'] = np.sum(dY, axis=(0, 2, 3))
        return dXp[:, :, p:p + H, p:p + W]


class AvgPool:
    def __init__(self, F, stride):
        self.F, self.s = F, stride

    def forward(self, X):
        self.shape = X.shape
        F, s = self.F, self.s
        view = np.lib.stride_tricks.sliding_window_view(X, (F, F), axis=(2, 3))[:, :, ::s, ::s]
        return view.mean(axis=(4, 5))

    def backward(self, dY):
        dX = np.zeros(self.shape)
        F, s = self.F, self.s
        for h in range(dY.shape[2]):
            for w in range(dY.shape[3]):
                dX[:, :, h * s:h * s + F, w * s:w * s + F] += dY[:, :, h:h + 1, w:w + 1] / F ** 2
        return dX
