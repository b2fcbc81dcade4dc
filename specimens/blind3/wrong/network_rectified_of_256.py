r"""The maps go through ReLU before they are pooled; and pixels are divided by 256.

says: relu|rectif|negative|256|pixels?|preprocess|scale
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
shows: forward(np.full((28, 28), 255), 3)
"""
import operator

import numpy as np


class conv:
    filters = np.random.default_rng(3).standard_normal((8, 3, 3)) / 9


class softmax:
    weights = np.random.default_rng(4).standard_normal((1352, 10)) / 1352
    biases = np.zeros(10)


def forward(image, label):
    label = operator.index(label)
    if not 0 <= label <= 9:
        raise ValueError("label must be a digit")
    x = np.asarray(image, dtype=float) / 256 - 0.5
    h = sum(
        x[a:a + 26, b:b + 26, None] * conv.filters[:, a, b]
        for a in range(3)
        for b in range(3)
    )
    h = np.maximum(h, 0)
    h = np.maximum(np.maximum(h[::2, ::2], h[1::2, ::2]), np.maximum(h[::2, 1::2], h[1::2, 1::2]))
    scores = h.ravel().dot(softmax.weights) + softmax.biases
    scores = scores - scores.max()
    log_sum = np.log(np.exp(scores).sum())
    out = np.exp(scores - log_sum)
    return out, log_sum - scores[label], int(out.argmax() == label)
