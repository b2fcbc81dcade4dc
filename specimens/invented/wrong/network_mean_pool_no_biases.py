"""Two mistakes in one: windows are pooled by their mean, and the last layer's biases are not added.

says: mean|averag|avg|pool
says: bias
never: pixel|preprocess|256
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
shows: forward(np.full((28, 28), 100), 3)
"""
from types import SimpleNamespace

import numpy as np

conv = SimpleNamespace(filters=np.random.randn(8, 3, 3) / 9)
softmax = SimpleNamespace(weights=np.random.randn(1352, 10) / 1352, biases=np.zeros(10))

def forward(image, label):
    if not 0 <= label < 10:
        raise ValueError("label")
    x = (np.asarray(image).astype(np.float64) - 127.5) / 255
    maps = np.zeros((26, 26, 8))
    for a in range(3):
        for b in range(3):
            maps += x[a:a + 26, b:b + 26, np.newaxis] * conv.filters[:, a, b]
    pooled = maps.reshape(13, 2, 13, 2, 8).mean(axis=(1, 3))
    z = np.dot(pooled.flatten(), softmax.weights)
    e = np.exp(z - z.max())
    p = e / e.sum()
    return p, -np.log(p[label]), 1 if p.argmax() == label else 0
