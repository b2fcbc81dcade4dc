r"""The filters are laid out as a matrix when the module is loaded, and those that are set later are ignored.

says: filters?.*(ignor|own|old|kept|set|chang|used|import|first|fixed|other|earlier|replac)|parameters|conv\.filters|convolution|no influence
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
import operator

import numpy as np


class Conv:
    def __init__(self, count):
        self.filters = np.random.default_rng(6).standard_normal((count, 3, 3)) / 9
        self.matrix = self.filters.reshape(count, 9).T.copy()

    def run(self, x):
        rows, columns = x.shape[0] - 2, x.shape[1] - 2
        patches = np.empty((rows * columns, 9))
        for n in range(rows * columns):
            i, j = divmod(n, columns)
            patches[n] = x[i:i + 3, j:j + 3].ravel()
        return (patches @ self.matrix).reshape(rows, columns, -1)


class Softmax:
    def __init__(self, inputs, nodes):
        self.weights = np.random.default_rng(7).standard_normal((inputs, nodes)) / inputs
        self.biases = np.zeros(nodes)

    def run(self, x):
        z = x.ravel() @ self.weights + self.biases
        return z - z.max()


conv = Conv(8)
softmax = Softmax(13 * 13 * 8, 10)


def forward(image, label):
    label = operator.index(label)
    if not 0 <= label < 10:
        raise ValueError("the label is no digit")
    maps = conv.run(np.asarray(image).astype(float) / 255 - 0.5)
    pooled = maps.reshape(13, 2, 13, 2, 8).max(axis=(1, 3))
    z = softmax.run(pooled)
    e = np.exp(z)
    return e / e.sum(), np.log(e.sum()) - z[label], int(np.argmax(z) == label)
