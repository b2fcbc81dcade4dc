"""My Keras, for the reading group. NHWC like the original."""
import numpy as np


class Conv2D:
    def __init__(self, filters, kernel_size, padding="valid"):
        self.filters, self.kernel_size, self.padding = filters, kernel_size, padding
        self.kernel = None
        self.bias = np.zeros(filters)

    def build(self, channels):
        k = self.kernel_size
        self.kernel = np.random.normal(0, np.sqrt(2 / (k * k * channels)), (k, k, channels, self.filters))

    def forward(self, x):
        if self.kernel is None:
            self.build(x.shape[-1])
        k = self.kernel.shape[0]
        p = (k - 1) // 2 if self.padding == "same" else 0
        self.input_shape = x.shape
        self.x = np.pad(x, ((0, 0), (p, p), (p, p), (0, 0)))
        h, w = self.x.shape[1] - k + 1, self.x.shape[2] - k + 1
        out = np.zeros((x.shape[0], h, w, self.kernel.shape[3]))
        for a in range(k):
            for b in range(k):
                out += self.x[:, a:a + h, b:b + w] @ self.kernel[a, b]
        return out + self.bias

    def backward(self, grad):
        k = self.kernel.shape[0]
        h, w = grad.shape[1:3]
        self.d_kernel = np.zeros(self.kernel.shape)
        self.d_bias = grad.sum(axis=(0, 1, 2))
        dx = np.zeros(self.x.shape)
        for a in range(k):
            for b in range(k):
                self.d_kernel[a, b] = np.einsum("nijc,nijk->ck", self.x[:, a:a + h, b:b + w], grad)
                dx[:, a:a + h, b:b + w] += grad @ self.kernel[a, b].T
        return dx[:, :self.input_shape[1], :self.input_shape[2]]

    def update(self, lr):
        self.kernel -= lr * self.d_kernel
        self.bias -= lr * self.d_bias


class ReLU:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0.0)

    def backward(self, grad):
        return grad * (self.x > 0)

    def update(self, lr):
        pass


class GlobalAveragePooling2D:
    def forward(self, x):
        self.shape = x.shape
        return x.mean(axis=(1, 2))

    def backward(self, grad):
        n, h, w, c = self.shape
        return np.broadcast_to(grad[:, None, None, :] / (h * w), self.shape)

    def update(self, lr):
        pass


class Dense:
    def __init__(self, units):
        self.units = units
        self.kernel = None
        self.bias = np.zeros(units)

    def forward(self, x):
        if self.kernel is None:
            self.kernel = np.random.normal(0, np.sqrt(2 / x.shape[1]), (x.shape[1], self.units))
        self.x = x
        return x @ self.kernel + self.bias

    def backward(self, grad):
        self.d_kernel = self.x.T @ grad
        self.d_bias = grad.sum(axis=0)
        return grad @ self.kernel.T

    def update(self, lr):
        self.kernel -= lr * self.d_kernel
        self.bias -= lr * self.d_bias


class Sequential:
    def __init__(self, layers):
        self.layers = layers

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def train_on_batch(self, x, y, lr=0.05):
        logits = self.predict(x)
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y]).mean()
        grad = p
        grad[np.arange(len(y)), y] -= 1
        grad /= len(y)
        for layer in self.layers[::-1]:
            grad = layer.backward(grad)
        for layer in self.layers:
            layer.update(lr)
        return loss


if __name__ == "__main__":
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(20, 10, 10, 1)), rng.integers(0, 3, 20)
    model = Sequential([Conv2D(4, 3, padding="same"), ReLU(), Conv2D(6, 3), ReLU(), GlobalAveragePooling2D(), Dense(3)])
    for epoch in range(10):
        print(epoch, model.train_on_batch(x, y))
