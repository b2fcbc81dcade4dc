"""The step goes along the gradient, and the loss grows.

apart: verify.py compares its gradients
says: sign|add|plus|ascen|upwards|direction|negat
"""
import numpy as np


def train_step(image, label, filters, weights, biases, *, learning_rate):
    x = np.asarray(image, float) / 255 - 0.5
    K, f, _ = filters.shape
    h, w = x.shape[0] - f + 1, x.shape[1] - f + 1
    maps = np.array([[(x[i:i + f, j:j + f] * filters).sum((1, 2)) for j in range(w)] for i in range(h)])
    pooled = np.zeros((h // 2, w // 2, K))
    d_filters = np.zeros(filters.shape)
    where = {}
    for i in range(h // 2):
        for j in range(w // 2):
            for k in range(K):
                window = maps[2 * i:2 * i + 2, 2 * j:2 * j + 2, k]
                a, b = np.unravel_index(window.argmax(), window.shape)
                pooled[i, j, k], where[i, j, k] = window[a, b], (2 * i + a, 2 * j + b)
    z = pooled.ravel() @ weights + biases
    p = np.exp(z - z.max())
    p /= p.sum()
    loss = -np.log(p[label])
    p[label] -= 1
    d_pooled = (weights @ p).reshape(pooled.shape)
    for (i, j, k), (y, c) in where.items():
        d_filters[k] += d_pooled[i, j, k] * x[y:y + f, c:c + f]
    return (loss, filters + learning_rate * d_filters,
            weights + learning_rate * np.outer(pooled.ravel(), p), biases + learning_rate * p)
