"""One step of the article's network, everything written out.

apart: verify.py compares its gradients
options: --facets values,special,dtypes,manners
"""
import numpy as np


def train_step(image, label, filters, weights, biases, *, learning_rate):
    x = np.asarray(image, dtype=np.float64) / 255 - 0.5
    K, f, _ = filters.shape
    h, w = x.shape[0] - f + 1, x.shape[1] - f + 1
    maps = np.zeros((h, w, K))
    for i in range(h):
        for j in range(w):
            maps[i, j] = (x[i:i + f, j:j + f] * filters).sum(axis=(1, 2))
    ph, pw = h // 2, w // 2
    blocks = maps[:ph * 2, :pw * 2].reshape(ph, 2, pw, 2, K).transpose(0, 2, 4, 1, 3).reshape(ph, pw, K, 4)
    winner = blocks.argmax(axis=-1)
    pooled = blocks.max(axis=-1)
    v = pooled.ravel()
    z = v @ weights + biases
    e = np.exp(z - z.max())
    p = e / e.sum()
    loss = -np.log(p[label])

    dz = p.copy()
    dz[label] -= 1
    d_weights = np.outer(v, dz)
    d_pooled = (weights @ dz).reshape(pooled.shape)
    d_filters = np.zeros_like(filters, dtype=float)
    for i in range(ph):
        for j in range(pw):
            for k in range(K):
                a, b = divmod(winner[i, j, k], 2)
                y, c = 2 * i + a, 2 * j + b
                d_filters[k] += d_pooled[i, j, k] * x[y:y + f, c:c + f]
    return (loss,
            filters - learning_rate * d_filters,
            weights - learning_rate * d_weights,
            biases - learning_rate * dz)
