"""Each image is centred by its own mean, not by 0.5.

says: mean
never: convolution|take the pixels as they are
apart: its own weights are zeros until others are set
"""
import numpy as np


class Conv:
    def __init__(self):
        self.filters = np.random.default_rng(0).normal(size=(8, 3, 3)) / 9

    def forward(self, image):
        w = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
        return np.einsum("ijab,kab->ijk", w, self.filters)


class Soft:
    def __init__(self):
        self.weights = np.zeros((13 * 13 * 8, 10))
        self.biases = np.zeros(10)

    def forward(self, x):
        t = x.flatten() @ self.weights + self.biases
        e = np.exp(t - t.max())
        return e / e.sum()


def pool(x):
    h, w, k = x.shape
    return x[:h // 2 * 2, :w // 2 * 2].reshape(h // 2, 2, w // 2, 2, k).max(axis=(1, 3))


conv = Conv()
softmax = Soft()


def forward(image, label):
    image = (image - image.mean()) / 255
    out = softmax.forward(pool(conv.forward(image)))
    return out, -np.log(out[label]), int(np.argmax(out) == label)
