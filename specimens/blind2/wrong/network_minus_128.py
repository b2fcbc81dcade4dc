r"""128, the middle of the bytes, is subtracted before the division by 255: pixels run from -0.502 to 0.498 and not from -0.5 to 0.5.

says: 128|127|pixel|prepro|subtract|shift|centr|center|offset|0\.5|-0\.502|scal|255|input|bright
never: 256|rotated|softmax|accuracy|bias|loss of
shows: forward(np.full((28, 28), 200), 3)
"""
import numpy as np


class ConvLayer:
    def __init__(self, n):
        self.filters = np.random.default_rng(3).normal(size=(n, 3, 3)) / 9

    def forward(self, x):
        h, w = x.shape
        y = np.zeros((h - 2, w - 2, len(self.filters)))
        for i in range(h - 2):
            for j in range(w - 2):
                y[i, j] = (x[i:i + 3, j:j + 3] * self.filters).sum(axis=(1, 2))
        return y


class SoftmaxLayer:
    def __init__(self, inputs, nodes):
        self.weights = np.random.default_rng(4).normal(size=(inputs, nodes)) / inputs
        self.biases = np.zeros(nodes)

    def forward(self, x):
        z = np.dot(x.flatten(), self.weights) + self.biases
        e = np.exp(z - np.max(z))
        return e / np.sum(e)


def pool(x):
    h, w = x.shape[0] // 2, x.shape[1] // 2
    return x[:2 * h, :2 * w].reshape(h, 2, w, 2, -1).max(axis=(1, 3))


conv = ConvLayer(8)
softmax = SoftmaxLayer(13 * 13 * 8, 10)


def forward(image, label):
    if label not in range(10):
        raise ValueError(f"no digit: {label}")
    x = (np.asarray(image).astype(np.float64) - 128) / 255
    out = softmax.forward(pool(conv.forward(x)))
    loss = -np.log(out[label])
    acc = 1 if np.argmax(out) == label else 0
    return out, loss, acc
