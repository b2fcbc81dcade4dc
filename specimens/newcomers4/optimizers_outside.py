"""A tiny framework. Layers own `params` and `grads` (dictionaries with the same keys); the optimizer
walks over both. Channels last."""
import numpy as np


class Layer:
    params = {}
    grads = {}

    def __call__(self, x):
        return self.forward(x)


class Conv2D(Layer):
    def __init__(self, filters, kernel_size, in_channels, strides=1):
        limit = np.sqrt(6 / (kernel_size ** 2 * (in_channels + filters)))
        self.params = {
            "kernel": np.random.uniform(-limit, limit, (kernel_size, kernel_size, in_channels, filters)),
            "bias": np.zeros(filters),
        }
        self.grads = {}
        self.strides = strides

    def _patches(self, x):
        k = self.params["kernel"].shape[0]
        p = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))
        return p[:, ::self.strides, ::self.strides]  # n, i, j, c, a, b

    def forward(self, x):
        self.x = x
        return np.einsum("nijcab,abck->nijk", self._patches(x), self.params["kernel"]) + self.params["bias"]

    def backward(self, grad):
        kernel, s = self.params["kernel"], self.strides
        k = kernel.shape[0]
        n = grad.shape[0]
        self.grads["kernel"] = np.einsum("nijcab,nijk->abck", self._patches(self.x), grad)
        self.grads["bias"] = grad.sum(axis=(0, 1, 2)) / n
        dx = np.zeros(self.x.shape)
        for i in range(grad.shape[1]):
            for j in range(grad.shape[2]):
                dx[:, i * s:i * s + k, j * s:j * s + k] += np.einsum("nk,abck->nabc", grad[:, i, j], kernel)
        return dx


class ReLU(Layer):
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad):
        return grad * (self.x > 0)


class Flatten(Layer):
    def forward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, grad):
        return grad.reshape(self.shape)


class Dense(Layer):
    def __init__(self, inputs, units):
        self.params = {"kernel": np.random.randn(inputs, units) / np.sqrt(inputs), "bias": np.zeros(units)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["kernel"] + self.params["bias"]

    def backward(self, grad):
        self.grads["kernel"] = self.x.T @ grad
        self.grads["bias"] = grad.sum(axis=0)
        return grad @ self.params["kernel"].T


class SGD:
    def __init__(self, layers, lr=0.1):
        self.layers, self.lr = layers, lr

    def step(self):
        for layer in self.layers:
            for key in layer.params:
                layer.params[key] -= self.lr * layer.grads[key]


class Adam(SGD):
    def __init__(self, layers, lr=0.01, beta1=0.9, beta2=0.999):
        super().__init__(layers, lr)
        self.beta1, self.beta2, self.t = beta1, beta2, 0
        self.state = {}

    def step(self):
        self.t += 1
        for layer in self.layers:
            for key, g in layer.grads.items():
                m, v = self.state.get((id(layer), key), (0, 0))
                m = self.beta1 * m + (1 - self.beta1) * g
                v = self.beta2 * v + (1 - self.beta2) * g ** 2
                self.state[id(layer), key] = m, v
                m_hat, v_hat = m / (1 - self.beta1 ** self.t), v / (1 - self.beta2 ** self.t)
                layer.params[key] -= self.lr * m_hat / (np.sqrt(v_hat) + 1e-8)


def cross_entropy(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    n = len(y)
    grad = p.copy()
    grad[np.arange(n), y] -= 1
    return -np.log(p[np.arange(n), y]).mean(), grad / n


def main():
    np.random.seed(0)
    x, y = np.random.randn(24, 9, 9, 2), np.random.randint(0, 3, 24)
    net = [Conv2D(4, 3, 2, strides=2), ReLU(), Flatten(), Dense(64, 3)]
    opt = Adam(net)
    for epoch in range(10):
        out = x
        for layer in net:
            out = layer(out)
        loss, grad = cross_entropy(out, y)
        for layer in net[::-1]:
            grad = layer.backward(grad)
        opt.step()
        print(epoch, loss)


if __name__ == "__main__":
    main()
