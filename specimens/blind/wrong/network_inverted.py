"""The image is inverted, 0.5 - image / 255, because scans show black digits on white.

says: invert|negat|sign|0\\.5 ?-|black|white|1 ?- ?(image|x|pixel)|255 ?-|opposite|revers
never: accuracy|loss|transposed
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
import numpy as np


class Conv3x3:
    def __init__(self):
        self.filters = np.random.standard_normal((8, 3, 3)) / 9

    def __call__(self, x):
        view = np.lib.stride_tricks.sliding_window_view(x, (3, 3))
        return np.tensordot(view, self.filters, ((2, 3), (1, 2)))


class Softmax:
    def __init__(self):
        self.weights = np.random.standard_normal((1352, 10)) / 1352
        self.biases = np.zeros(10)

    def __call__(self, x):
        z = np.tensordot(x.ravel(), self.weights, 1) + self.biases
        e = np.exp(z - np.max(z))
        return e / np.sum(e)


conv = Conv3x3()
softmax = Softmax()


def forward(image, label):
    if not 0 <= label < len(softmax.biases):
        raise ValueError("no such class: %r" % (label,))
    maps = conv(0.5 - np.asarray(image) / 255)
    pooled = np.stack([maps[i::2, j::2] for i in (0, 1) for j in (0, 1)]).max(axis=0)
    out = softmax(pooled)
    return out, -np.log(out[label]), float(out.argmax() == label)
