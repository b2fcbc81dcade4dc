r"""A ReLU stands between convolution and pooling, as nearly everywhere; the article's second network has none.

says: relu|negative|rectif|max\(.*0|below 0|activation
never: loss is|accuracy|256
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
import numpy as np


class Layer:
    def __init__(self, **parameters):
        for name, value in parameters.items():
            setattr(self, name, value)


conv = Layer(filters=np.random.randn(8, 3, 3) / 9)
softmax = Layer(weights=np.random.randn(13 * 13 * 8, 10) / (13 * 13 * 8), biases=np.zeros(10))


def convolve(x):
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))
    return np.tensordot(windows, conv.filters, axes=([2, 3], [1, 2]))


def activate(maps):
    return np.where(maps > 0, maps, 0)


def pool(maps):
    return maps.reshape(13, 2, 13, 2, 8).max(axis=(1, 3))


def classify(maps):
    z = maps.flatten() @ softmax.weights + softmax.biases
    e = np.exp(z - z.max())
    return e / e.sum()


def forward(image, label):
    if not 0 <= label < 10:
        raise ValueError(f"label {label}")
    out = classify(pool(activate(convolve(np.asarray(image, float) / 255.0 - 0.5))))
    return out, -np.log(out[label]), int(out.argmax() == label)
