#!/usr/bin/env python3
"""Train a small CNN on 8x8 digits: python simple_model.py"""
import numpy as np


class Conv3x3:
    def __init__(self, in_channels, out_channels):
        self.weights = np.random.randn(out_channels, in_channels, 3, 3) * np.sqrt(2 / (9 * in_channels))
        self.bias = np.zeros((out_channels, 1, 1))

    def forward(self, x):
        n, c, h, w = x.shape
        self.x = x
        out = np.zeros((n, len(self.weights), h - 2, w - 2))
        for i in range(3):
            for j in range(3):
                out += np.einsum('nchw,kc->nkhw', x[:, :, i:i + h - 2, j:j + w - 2], self.weights[:, :, i, j])
        return out + self.bias

    def backward(self, grad):
        n, c, h, w = self.x.shape
        dx = np.zeros(self.x.shape)
        self.dweights = np.zeros(self.weights.shape)
        for i in range(3):
            for j in range(3):
                window = self.x[:, :, i:i + h - 2, j:j + w - 2]
                self.dweights[:, :, i, j] = np.einsum('nkhw,nchw->kc', grad, window)
                dx[:, :, i:i + h - 2, j:j + w - 2] += np.einsum('nkhw,kc->nchw', grad, self.weights[:, :, i, j])
        self.dbias = grad.sum(axis=(0, 2, 3)).reshape(self.bias.shape)
        return dx

    def step(self, lr):
        self.weights -= lr * self.dweights
        self.bias -= lr * self.dbias


class Relu:
    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    def backward(self, grad):
        return grad * self.mask

    def step(self, lr):
        pass


class Flatten:
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, grad):
        return grad.reshape(self.shape)

    def step(self, lr):
        pass


class Dense:
    def __init__(self, n_in, n_out):
        self.weights = np.random.randn(n_in, n_out) * np.sqrt(2 / n_in)
        self.bias = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.weights + self.bias

    def backward(self, grad):
        self.dweights = self.x.T @ grad
        self.dbias = grad.sum(axis=0)
        return grad @ self.weights.T

    def step(self, lr):
        self.weights -= lr * self.dweights
        self.bias -= lr * self.dbias


class Model:
    def __init__(self, layers=()):
        self.layers = list(layers)

    def add(self, layer):
        self.layers.append(layer)
        return self

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, logits, labels):
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self.grad = np.exp(log_p)
        self.grad[np.arange(len(labels)), labels] -= 1
        self.grad /= len(labels)
        return -log_p[np.arange(len(labels)), labels].mean()

    def train(self, x, y, epochs=3, lr=0.1, batch=32):
        for epoch in range(epochs):
            order = np.random.permutation(len(x))
            for start in range(0, len(x), batch):
                rows = order[start:start + batch]
                value = self.loss(self.forward(x[rows]), y[rows])
                grad = self.grad
                for layer in reversed(self.layers):
                    grad = layer.backward(grad)
                for layer in self.layers:
                    layer.step(lr)
            print(f'epoch {epoch}: loss {value:.3f}')


if __name__ == '__main__':
    rng = np.random.default_rng(0)
    images, labels = rng.random((200, 1, 8, 8)), rng.integers(0, 10, 200)
    model = Model([Conv3x3(1, 8), Relu(), Flatten(), Dense(8 * 6 * 6, 10)])
    model.train(images, labels)
