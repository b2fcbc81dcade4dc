r"""Bytes are read as signed ones: pixels from 128 on count as negative.

says: 128|127|signed|wrap|int8|bright|above|negative|overflow|bytes?\b|uint8
shows: forward((np.arange(784).reshape(28, 28) % 256).astype("u1"), 3)
"""
import operator

import numpy as np


class Parameters:
    def __init__(self, **arrays):
        self.__dict__.update(arrays)


conv = Parameters(filters=np.ones((8, 3, 3)) / 9)
softmax = Parameters(weights=np.zeros((1352, 10)), biases=np.zeros(10))


def pixels(image):
    image = np.asarray(image)
    if image.dtype.itemsize == 1:
        image = image.view("b")
    return image.astype(float) / 255 - 0.5


def forward(image, label):
    x = pixels(image)
    if x.shape != (28, 28):
        raise ValueError("images of 28x28 only")
    label = operator.index(label)
    if label not in range(10):
        raise ValueError("digits only")
    maps = np.zeros((26, 26, len(conv.filters)))
    for i in range(26):
        for j in range(26):
            maps[i, j] = np.sum(x[i:i + 3, j:j + 3] * conv.filters, axis=(1, 2))
    pool = np.zeros((13, 13, len(conv.filters)))
    for i in range(13):
        for j in range(13):
            pool[i, j] = maps[2 * i:2 * i + 2, 2 * j:2 * j + 2].max(axis=(0, 1))
    logits = pool.flatten() @ softmax.weights + softmax.biases
    e = np.exp(logits - logits.max())
    out = e / e.sum()
    loss = -(logits[label] - logits.max() - np.log(e.sum()))
    return out, loss, 1 if np.argmax(out) == label else 0
