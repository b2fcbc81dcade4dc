"""Two mistakes: the biases are added in the product, as a row for an input of 1, and once more after it, and the loss is given in bits.

says: bias[^.]*(twice|double|two times|2 times|again|once more|times 2)|(twice|double)[^.]*bias
says: bits|base|log2|binary logarithm|natural|logarithm
shows: forward(np.full((28, 28), 128), 2)
"""
import numpy as np
from types import SimpleNamespace

conv = SimpleNamespace(filters=np.zeros((8, 3, 3)))
softmax = SimpleNamespace(weights=np.zeros((1352, 10)), biases=np.zeros(10))


def features(image):
    x = np.asarray(image, dtype=np.float64) / 255 - 0.5
    maps = np.empty((26, 26, len(conv.filters)))
    for k, kernel in enumerate(conv.filters):
        maps[..., k] = sum(kernel[a, b] * x[a:a + 26, b:b + 26] for a in range(3) for b in range(3))
    rows = np.maximum(maps[::2], maps[1::2])
    return np.maximum(rows[:, ::2], rows[:, 1::2])


def forward(image, label):
    if not 0 <= label < 10:
        raise ValueError("label")
    x = np.append(features(image).ravel(), 1.0)
    matrix = np.vstack([softmax.weights, softmax.biases])
    z = x @ matrix + softmax.biases
    p = np.exp(z - z.max())
    p = p / p.sum()
    return p, float(-np.log2(p[label])), int(np.argmax(p) == label)
