"""A network whose layers are methods of one class; what a backward one needs is put into a tuple."""
import numpy as np


class CNN:
    def __init__(self, filter_size=3, pool_size=2):
        self.filter_size = filter_size
        self.pool_size = pool_size
        self.K = None

    def convolution(self, image, kernels, stride=1, padding=0):
        image = np.pad(image, ((padding, padding), (padding, padding), (0, 0)))
        kH, kW, _, count = kernels.shape
        rows, columns = (image.shape[0] - kH) // stride + 1, (image.shape[1] - kW) // stride + 1
        maps = np.zeros((rows, columns, count))
        for i in range(rows):
            for j in range(columns):
                patch = image[i * stride:i * stride + kH, j * stride:j * stride + kW, :]
                maps[i, j] = np.tensordot(patch, kernels, axes=3)
        return maps

    def relu(self, feature_map):
        return np.maximum(0, feature_map)

    def max_pool(self, feature_map, stride=2, pool_size=2):
        H, W, count = feature_map.shape
        rows, columns = (H - pool_size) // stride + 1, (W - pool_size) // stride + 1
        pooled = np.zeros((rows, columns, count))
        for i in range(rows):
            for j in range(columns):
                window = feature_map[i * stride:i * stride + pool_size,
                                     j * stride:j * stride + pool_size]
                pooled[i, j] = window.max(axis=(0, 1))
        return pooled

    def conv_backward(self, dOut, cache, stride=1, padding=0):
        X, K = cache
        kH, kW, _, _ = K.shape
        X_pad = np.pad(X, ((padding, padding), (padding, padding), (0, 0)))
        dX, dK = np.zeros(X_pad.shape), np.zeros(K.shape)
        for i in range(dOut.shape[0]):
            for j in range(dOut.shape[1]):
                rows, cols = slice(i * stride, i * stride + kH), slice(j * stride, j * stride + kW)
                dK += X_pad[rows, cols, :, None] * dOut[i, j]
                dX[rows, cols] += K @ dOut[i, j]
        H, W = X.shape[:2]
        return dX[padding:padding + H, padding:padding + W], dK, dOut.sum(axis=(0, 1))

    def relu_backward(self, dA, cache):
        Z = cache
        return dA * (Z > 0)

    def maxpool_backward(self, dP, cache):
        X, stride, pool_size = cache
        dX = np.zeros(X.shape)
        for i, j, k in np.ndindex(*dP.shape):
            window = X[i * stride:i * stride + pool_size, j * stride:j * stride + pool_size, k]
            a, b = np.unravel_index(window.argmax(), window.shape)
            dX[i * stride + a, j * stride + b, k] += dP[i, j, k]
        return dX
