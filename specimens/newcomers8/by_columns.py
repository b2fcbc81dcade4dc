"""Losses for a vector or for rows, as lecture notes have them: with transposes."""

import numpy as np


def softmax(x):
    if x.ndim == 2:
        x = x.T
        x = x - np.max(x, axis=0)
        return (np.exp(x) / np.sum(np.exp(x), axis=0)).T
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))


class CrossEntropyLoss:
    def forward(self, logits, labels):
        top = logits.max(axis=1, keepdims=True)
        self.shares = np.exp(logits - top)
        total = self.shares.sum(axis=1, keepdims=True)
        self.shares /= total
        picked = (logits - top)[np.arange(len(labels)), labels]
        return np.mean(np.log(total[:, 0]) - picked)

    def backward(self, labels):
        slope = self.shares.copy()
        slope[np.arange(len(labels)), labels] -= 1
        return slope / len(labels)
