import numpy as np


class Conv2D:
    """weights are created when the first batch arrives, because only then we know the channels"""

    def __init__(self, n_filters, kernel_size=3, stride=1, padding=0):
        self.n_filters = n_filters
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.W = None
        self.b = None

    def _init_params(self, in_channels):
        k = self.kernel_size
        self.W = np.random.randn(self.n_filters, in_channels, k, k) * np.sqrt(2.0 / (in_channels * k * k))
        self.b = np.zeros(self.n_filters)

    def forward(self, X):
        if self.W is None:
            self._init_params(X.shape[1])
        self.X = X
        p, s, k = self.padding, self.stride, self.kernel_size
        Xp = np.pad(X, ((0, 0), (0, 0), (p, p), (p, p)))
        N, C, H, W = Xp.shape
        H_out = (H - k) // s + 1
        W_out = (W - k) // s + 1
        out = np.zeros((N, self.n_filters, H_out, W_out))
        for f in range(self.n_filters):
            for i in range(H_out):
                for j in range(W_out):
                    region = Xp[:, :, i * s:i * s + k, j * s:j * s + k]
                    out[:, f, i, j] = np.sum(region * self.W[f], axis=(1, 2, 3)) + self.b[f]
        return out


class ReLU:
    def forward(self, X):
        self.mask = X > 0
        return np.where(self.mask, X, 0)

    def backward(self, grad):
        return grad * self.mask


class MaxPool2D:
    def __init__(self, pool_size=2, stride=None):
        self.pool_size = pool_size
        self.stride = stride if stride is not None else pool_size

    def forward(self, X):
        self.X = X
        N, C, H, W = X.shape
        p, s = self.pool_size, self.stride
        out = np.zeros((N, C, (H - p) // s + 1, (W - p) // s + 1))
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                out[:, :, i, j] = X[:, :, i * s:i * s + p, j * s:j * s + p].max(axis=(2, 3))
        return out


class Flatten:
    def forward(self, X):
        self.shape = X.shape
        return X.reshape(X.shape[0], -1)

    def backward(self, grad):
        return grad.reshape(self.shape)


class Dense:
    def __init__(self, n_units):
        self.n_units = n_units
        self.W = None

    def forward(self, X):
        if self.W is None:
            self.W = np.random.randn(X.shape[1], self.n_units) * np.sqrt(2.0 / X.shape[1])
            self.b = np.zeros(self.n_units)
        self.X = X
        return X @ self.W + self.b

    def backward(self, grad):
        self.dW = self.X.T @ grad
        self.db = grad.sum(axis=0)
        return grad @ self.W.T


class Softmax:
    def forward(self, X):
        exps = np.exp(X - np.max(X, axis=1, keepdims=True))
        self.out = exps / np.sum(exps, axis=1, keepdims=True)
        return self.out


class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X


model = Sequential(Conv2D(8), ReLU(), MaxPool2D(), Flatten(), Dense(10), Softmax())
print(model.forward(np.random.rand(3, 1, 28, 28)).round(3))
