"""Pixels are scaled to -1 to 1, by image / 127.5 - 1, as for other networks, and not to -0.5 to 0.5.

says: -1|127\\.5|twice|double|two times|range|scal|factor (of )?2|preproc
never: accuracy|not centred|transposed
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
import numpy as np


class Layer:
    pass


conv = Layer()
conv.filters = np.ones((8, 3, 3)) / 9
softmax = Layer()
softmax.weights = np.ones((13 * 13 * 8, 10)) / 1352
softmax.biases = np.zeros(10)


def _conv(x):
    f = np.asarray(conv.filters)
    out = np.empty((x.shape[0] - 2, x.shape[1] - 2, len(f)))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (x[i:i + 3, j:j + 3] * f).sum((1, 2))
    return out


def _pool(x):
    out = np.empty((x.shape[0] // 2, x.shape[1] // 2, x.shape[2]))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = x[2 * i:2 * i + 2, 2 * j:2 * j + 2].max((0, 1))
    return out


def forward(image, label):
    if label not in range(10):
        raise ValueError("label must be 0 to 9")
    z = _pool(_conv(np.asarray(image) / 127.5 - 1)).flatten() @ softmax.weights + softmax.biases
    e = np.exp(z - max(z))
    p = e / sum(e)
    return p, -np.log(p[label]), int(np.argmax(p) == label)
