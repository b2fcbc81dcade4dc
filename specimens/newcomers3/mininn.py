"""mininn - a mini neural network library (forward passes for now)."""
import numpy as np

__version__ = "0.0.3"


class Layer:
    trainable = False

    def init_weights(self, seed=None):
        """Overridden by layers with weights."""

    def feed(self, x):
        raise NotImplementedError

    def __call__(self, x):
        return self.feed(x)


class Conv2D(Layer):
    trainable = True

    def __init__(self, n_channels, n_filters, size, stride=1):
        self.n_channels, self.n_filters, self.size, self.stride = n_channels, n_filters, size, stride
        self.init_weights()

    def init_weights(self, seed=None):
        rng = np.random.default_rng(seed)
        fan_in = self.n_channels * self.size ** 2
        self.weights = rng.normal(0, np.sqrt(2 / fan_in), (self.n_filters, self.n_channels, self.size, self.size))
        self.bias = np.zeros(self.n_filters)

    def feed(self, x):
        n, _, h, w = x.shape
        k = self.size
        out_h = (h - k) // self.stride + 1
        out_w = (w - k) // self.stride + 1
        out = np.zeros((n, self.n_filters, out_h, out_w))
        for i in range(out_h):
            for j in range(out_w):
                window = x[:, :, i:i + k, j:j + k]
                out[:, :, i, j] = np.tensordot(window, self.weights, axes=([1, 2, 3], [1, 2, 3])) + self.bias
        return out


class MaxPool2D(Layer):
    def __init__(self, size=2, stride=2):
        self.size, self.stride = size, stride

    def feed(self, x):
        n, c, h, w = x.shape
        k, s = self.size, self.stride
        out = np.zeros((n, c, (h - k) // s + 1, (w - k) // s + 1))
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                out[:, :, i, j] = x[:, :, i * s:i * s + k, j * s:j * s + k].max(axis=(2, 3))
        return out


class Flatten(Layer):
    def feed(self, x):
        return x.reshape(x.shape[0], -1)


class Dense(Layer):
    trainable = True

    def __init__(self, n_in, n_out):
        self.n_in, self.n_out = n_in, n_out
        self.init_weights()

    def init_weights(self, seed=None):
        rng = np.random.default_rng(seed)
        self.weights = rng.normal(0, np.sqrt(1 / self.n_in), (self.n_in, self.n_out))
        self.bias = np.zeros(self.n_out)

    def feed(self, x):
        return x @ self.weights + self.bias


class ReLU(Layer):
    def feed(self, x):
        return np.maximum(x, 0)


class Softmax(Layer):
    def feed(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


class Network(Layer):
    def __init__(self, *layers):
        self.layers = layers

    def init_weights(self, seed=None):
        for layer in self.layers:
            layer.init_weights(seed)

    def feed(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


if __name__ == "__main__":
    net = Network(Conv2D(3, 8, 3), ReLU(), MaxPool2D(), Flatten(), Dense(8 * 15 * 15, 10), Softmax())
    net.init_weights(seed=0)
    print(net(np.random.rand(2, 3, 32, 32)).shape)
