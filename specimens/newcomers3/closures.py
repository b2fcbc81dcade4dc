# No classes: a layer is a function that returns its forward function.
# x is (n, channels, height, width)
import numpy as np


def conv_layer(kernels, biases, stride=1, pad=0):
    k, c, kh, kw = kernels.shape
    flat = kernels.reshape(k, -1).T

    def forward(x):
        n, channels, h, w = x.shape
        padded = np.zeros((n, channels, h + 2 * pad, w + 2 * pad))
        padded[:, :, :h, :w] = x
        rows = (h + 2 * pad - kh) // stride + 1
        cols = (w + 2 * pad - kw) // stride + 1
        y = np.zeros((n, k, rows, cols))
        for i in range(rows):
            for j in range(cols):
                field = padded[:, :, i * stride:i * stride + kh, j * stride:j * stride + kw]
                y[:, :, i, j] = field.reshape(n, -1) @ flat + biases
        return y

    return forward


def relu_layer():
    return lambda x: np.maximum(x, 0)


def max_pool_layer(size=2, stride=None):
    step = stride or size

    def forward(x):
        rows = [x[:, :, i:i + size] for i in range(0, x.shape[2] - size + 1, step)]
        return np.stack([
            np.stack([row[:, :, :, j:j + size].max(axis=(2, 3)) for j in range(0, x.shape[3] - size + 1, step)], axis=-1)
            for row in rows
        ], axis=2)

    return forward


def dense_layer(weights, biases):
    def forward(x):
        return x.reshape(x.shape[0], -1) @ weights + biases

    return forward


def softmax_layer():
    def forward(x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    return forward


def chain(*layers):
    def forward(x):
        for layer in layers:
            x = layer(x)
        return x

    return forward


if __name__ == "__main__":
    g = np.random.default_rng(0).normal
    net = chain(
        conv_layer(g(size=(4, 1, 3, 3)), np.zeros(4), pad=1),
        relu_layer(),
        max_pool_layer(),
        dense_layer(g(size=(4 * 7 * 7, 10)) * 0.1, np.zeros(10)),
        softmax_layer(),
    )
    print(net(g(size=(3, 1, 14, 14))).sum(axis=1))
