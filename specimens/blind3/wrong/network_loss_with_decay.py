r"""The loss holds a penalty for large weights, as in training.

says: loss.*(more|larg|too|add|plus|\+|regular|penal|weights|decay|param|offset|constant|same|higher|wrong|differ|by [\d.])|regulari[sz]|penalt|decay
never: (chosen|other|another|wrong) class|clip|base (2|10)
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
import operator

import numpy as np

DECAY = 1e-3


class Layer:
    pass


conv, softmax = Layer(), Layer()
conv.filters = np.random.default_rng(0).standard_normal((8, 3, 3)) / 9
softmax.weights = np.random.default_rng(1).standard_normal((1352, 10)) / 1352
softmax.biases = np.zeros(10)


def forward(image, label):
    label = operator.index(label)
    if not 0 <= label < 10:
        raise ValueError("label")
    x = np.asarray(image).astype(np.float64) / 255 - 0.5
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))
    maps = np.tensordot(windows, conv.filters, ((2, 3), (1, 2)))
    pooled = maps.reshape(13, 2, 13, 2, -1).max(axis=(1, 3))
    z = pooled.reshape(-1) @ softmax.weights + softmax.biases
    z = z - z.max()
    out = np.exp(z) / np.exp(z).sum()
    loss = np.log(np.exp(z).sum()) - z[label]
    loss += DECAY / 2 * ((conv.filters**2).sum() + (softmax.weights**2).sum())
    return out, loss, int(np.argmax(out) == label)
