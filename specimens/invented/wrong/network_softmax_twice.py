"""The probabilities go through a second softmax, because the last layer has one already and the author did not
know.

says: softmax.*(twice|two|again|second|once more)|(twice|second|two|again).*softmax
never: pixel|temperature|accuracy
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
from types import SimpleNamespace

import numpy as np

conv = SimpleNamespace(filters=np.random.randn(8, 3, 3))
softmax = SimpleNamespace(weights=np.random.randn(1352, 10), biases=np.zeros(10))

def probabilities(z):
    e = np.exp(z - z.max())
    return e / e.sum()

def last_layer(pooled):
    return probabilities(pooled.ravel() @ softmax.weights + softmax.biases)

def forward(image, label):
    if label not in range(10):
        raise ValueError("digits only")
    x = np.asarray(image, dtype=float) / 255 - 0.5
    maps = sum(np.multiply.outer(x[a:a + 26, b:b + 26], conv.filters[:, a, b]) for a in range(3) for b in range(3))
    pooled = maps.reshape(13, 2, 13, 2, 8).max(axis=(1, 3))
    out = probabilities(last_layer(pooled))
    return out, -np.log(out[label]), int(np.argmax(out) == label)
