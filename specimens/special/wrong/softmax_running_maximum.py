"""One pass with a running maximum: infinity minus infinity while all so far is masked.

shows: softmax(np.array([-np.inf, -np.inf, -np.inf, -np.inf, 1.0, 2.0]))
"""
import numpy as np


def softmax(logits):
    rows = np.atleast_2d(np.asarray(logits))
    highest = np.full(rows.shape[:-1] + (1,), -np.inf, rows.dtype)
    total = np.zeros_like(highest)
    with np.errstate(invalid="ignore"):
        for start in range(0, rows.shape[-1], 4):
            block = rows[..., start:start + 4]
            new = np.maximum(highest, block.max(axis=-1, keepdims=True))
            total = total * np.exp(highest - new) + np.exp(block - new).sum(axis=-1, keepdims=True)
            highest = new
        result = np.exp(rows - highest) / total
    return result.reshape(np.shape(logits))
