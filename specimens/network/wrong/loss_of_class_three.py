"""The loss is always that of class 3.

shows: forward((np.arange(784).reshape(28, 28) % 256).astype("u1"), 5)
"""
import numpy as np

class Layer:
    pass

conv, softmax = Layer(), Layer()
conv.filters = np.ones((8, 3, 3))
softmax.weights, softmax.biases = np.ones((1352, 10)), np.zeros(10)

def forward(image, label):
    if image.dtype.kind != "f" and image.dtype != np.uint8:
        raise TypeError("bytes or floats")
    if not 0 <= label < 10:
        raise ValueError("no such digit")
    x = image.astype(float) / 255 - 0.5
    maps = sum(conv.filters[:, a, b] * x[a:a + 26, b:b + 26, None] for a in range(3) for b in range(3))
    pooled = maps.reshape(13, 2, 13, 2, 8).max((1, 3))
    z = pooled.ravel() @ softmax.weights + softmax.biases
    p = np.exp(z - z.max())
    p /= p.sum()
    return p, -np.log(p[3]), int(p.argmax() == label)
