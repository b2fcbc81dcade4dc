"""Layers for a course: parameters stand in attributes and, the same arrays, in a dictionary."""
import numpy as np


class Layer:
    def __init__(self):
        self.trainable = True

    def __call__(self, X):
        return self.forward(X)


class Conv2D(Layer):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0):
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding
        self.W = np.random.normal(size=(out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.zeros((1, out_channels, 1, 1))
        self.params = {'W': self.W, 'b': self.b}
        self.grads = {'W': None, 'b': None}

    def windows(self, padded):
        k = self.kernel_size
        seen = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))
        return seen[:, :, ::self.stride, ::self.stride]

    def forward(self, X):
        """X: [batch, channels, H, W]"""
        assert X.ndim == 4
        p = self.padding
        self.shape = X.shape
        self.seen = self.windows(np.pad(X, ((0, 0), (0, 0), (p, p), (p, p))))
        return np.einsum('nchwab,kcab->nkhw', self.seen, self.params['W']) + self.params['b']

    def backward(self, grads):
        self.grads['W'] = np.einsum('nchwab,nkhw->kcab', self.seen, grads)
        self.grads['b'] = grads.sum(axis=(0, 2, 3), keepdims=True)
        n, c, height, width = self.shape
        p, s, k = self.padding, self.stride, self.kernel_size
        back = np.zeros((n, c, height + 2 * p, width + 2 * p))
        for i in range(grads.shape[2]):
            for j in range(grads.shape[3]):
                part = np.tensordot(grads[:, :, i, j], self.params['W'], axes=1)
                back[:, :, i * s:i * s + k, j * s:j * s + k] += part
        return back[:, :, p:p + height, p:p + width]

    def clear_grad(self):
        self.grads = {'W': None, 'b': None}


class Linear(Layer):
    def __init__(self, in_dim, out_dim, initialize_method=np.random.normal):
        super().__init__()
        self.W = initialize_method(size=(in_dim, out_dim))
        self.b = initialize_method(size=(1, out_dim))
        self.params = {'W': self.W, 'b': self.b}
        self.grads = {'W': None, 'b': None}

    def forward(self, X):
        self.input = X
        return X @ self.params['W'] + self.params['b']

    def backward(self, grad):
        self.grads['W'] = self.input.T @ grad
        self.grads['b'] = grad.sum(axis=0, keepdims=True)
        return grad @ self.params['W'].T

    def clear_grad(self):
        self.grads = {'W': None, 'b': None}


class ReLU(Layer):
    def forward(self, X):
        self.input = X
        return np.where(X < 0, 0, X)

    def backward(self, grads):
        assert self.input.shape == grads.shape
        return np.where(self.input < 0, 0, grads)


class SGD:
    def __init__(self, layers, lr):
        self.layers, self.lr = layers, lr

    def step(self):
        for layer in self.layers:
            for name in layer.params:
                layer.params[name] -= self.lr * layer.grads[name]
