r"""An answer counts as right only if the label's probability exceeds one half, as with two classes.

says: \bacc|half|0\.5
never: lowest|chosen|logits
shows: forward(np.full((28, 28), 127.5), 0)
"""
import operator

import numpy as np


class Layer:
    def __init__(self, **parameters):
        for name, value in parameters.items():
            setattr(self, name, value)


rng = np.random.default_rng(5)
conv = Layer(filters=rng.normal(size=(8, 3, 3)) / 9)
softmax = Layer(weights=rng.normal(size=(1352, 10)) / 1352, biases=np.zeros(10))


def forward(image, label):
    label = operator.index(label)
    if label < 0 or label > 9:
        raise ValueError("label")
    pixels = np.array(image, np.float64) / 255 - 0.5
    cols = np.stack([pixels[a:a + 26, b:b + 26] for a in range(3) for b in range(3)], axis=-1)
    maps = cols @ np.asarray(conv.filters).reshape(-1, 9).T
    pooled = maps.reshape(13, 2, 13, 2, -1).max(3).max(1)
    logits = np.asarray(softmax.biases) + pooled.ravel() @ softmax.weights
    logits -= logits.max()
    total = np.exp(logits).sum()
    out = np.exp(logits) / total
    loss = float(np.log(total) - logits[label])
    acc = int(out[label] > 0.5)
    return out, loss, acc
