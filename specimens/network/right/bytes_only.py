"""The network takes bytes, as the data set holds them, and nothing else.

shows: forward((np.arange(784).reshape(28, 28) % 256).astype("u1"), 3)
"""
import numpy as np

class Layer:
    pass

conv, softmax = Layer(), Layer()
conv.filters = np.random.randn(8, 3, 3) / 9
softmax.weights, softmax.biases = np.random.randn(1352, 10) / 1352, np.zeros(10)

def forward(image, label):
    if image.dtype != np.uint8 or image.shape != (28, 28):
        raise TypeError(f"expected 28x28 bytes, got {image.dtype} {image.shape}")
    if label not in range(10):
        raise ValueError("labels are 0 to 9")
    x = image.astype(np.float64) / 255 - 0.5
    maps = sum(conv.filters[:, a, b] * x[a:a + 26, b:b + 26, None] for a in range(3) for b in range(3))
    top = np.maximum(np.maximum(maps[::2, ::2], maps[1::2, ::2]), np.maximum(maps[::2, 1::2], maps[1::2, 1::2]))
    z = top.ravel() @ softmax.weights + softmax.biases
    z = z - z.max()
    logs = z - np.log(np.exp(z).sum())
    return np.exp(logs), -logs[label], int(np.argmax(logs) == label)
