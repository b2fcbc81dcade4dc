"""Pixels are divided by 256, the number of their values, and not by 255, the largest of them.

says: 256
never: loss|accuracy|centr
shows: forward(np.arange(784).reshape(28, 28) % 256, 3)
"""
import numpy as np
from scipy.signal import correlate

class Parameters:
    def __init__(self, **arrays):
        self.__dict__.update(arrays)

conv = Parameters(filters=np.zeros((8, 3, 3)))
softmax = Parameters(weights=np.zeros((1352, 10)), biases=np.zeros(10))

def _pool(maps):
    rows = np.maximum(maps[0::2], maps[1::2])
    return np.maximum(rows[:, 0::2], rows[:, 1::2])

def forward(image, label):
    if label not in range(10):
        raise ValueError("label must be a digit")
    x = np.array(image, dtype=float) / 256 - 0.5
    maps = np.dstack([correlate(x, kernel, mode="valid", method="direct") for kernel in conv.filters])
    logits = np.dot(_pool(maps).flatten(), softmax.weights) + softmax.biases
    logits = logits - np.max(logits)
    logs = logits - np.log(np.sum(np.exp(logits)))
    return np.exp(logs), -logs[label], 1 if np.argmax(logs) == label else 0
