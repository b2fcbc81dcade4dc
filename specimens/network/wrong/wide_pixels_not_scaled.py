"""Only bytes are scaled to the range from -0.5 to 0.5; pixels of int64 are taken as they are.

shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
import numpy as np

class Layer:
    pass

conv, softmax = Layer(), Layer()
conv.filters = np.ones((8, 3, 3))
softmax.weights, softmax.biases = np.ones((1352, 10)), np.zeros(10)

def forward(image, label):
    if not 0 <= label < 10:
        raise ValueError("no such digit")
    x = image.astype(float)
    if image.dtype != np.int64:
        x = x / 255 - 0.5
    maps = sum(conv.filters[:, a, b] * x[a:a + 26, b:b + 26, None] for a in range(3) for b in range(3))
    pooled = maps.reshape(13, 2, 13, 2, 8).max((1, 3))
    z = pooled.ravel() @ softmax.weights + softmax.biases
    z = z - z.max()
    p = np.exp(z) / np.exp(z).sum()
    return p, np.log(np.exp(z).sum()) - z[label], int(p.argmax() == label)
