r"""Each image is standardised by its own mean and deviation, which is usual elsewhere; here the network was
trained on pixel / 255 - 0.5.

says: mean|standard|deviation|\bstd\b|normali[sz]|own (range|brightness)|preprocess|scal
never: 256|loss is|accuracy
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
from types import SimpleNamespace

import numpy as np

conv = SimpleNamespace(filters=np.ones((8, 3, 3)) / 9)
softmax = SimpleNamespace(weights=np.ones((1352, 10)) / 1352, biases=np.zeros(10))

def standardise(image):
    pixels = np.asarray(image, dtype=np.float64)
    return (pixels - pixels.mean()) / (pixels.std() + 1e-7)

def forward(image, label):
    if label < 0 or label > 9:
        raise ValueError("ten classes")
    x = standardise(image)
    maps = sum(conv.filters[:, a, b] * x[a:a + 26, b:b + 26, None] for a in range(3) for b in range(3))
    pooled = maps.reshape(13, 2, 13, 2, 8).max((1, 3))
    z = pooled.reshape(-1) @ softmax.weights + softmax.biases
    e = np.exp(z - z.max())
    out = e / e.sum()
    return out, float(-np.log(out[label])), int(np.argmax(out) == label)
