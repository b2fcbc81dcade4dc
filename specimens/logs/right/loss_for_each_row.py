"""One loss for each row, in a loop; one row alone is taken, too.
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    if np.ndim(logits) == 2:
        if np.shape(label) != (len(logits),):
            raise ValueError("one label for each row")
        return np.array([softmax_cross_entropy(x, int_of(y)) for x, y in zip(logits, label)])
    if np.ndim(logits) != 1 or np.ndim(label) != 0:
        raise ValueError("rows, or one row")
    y = int_of(label)
    if not 0 <= y < len(logits):
        raise IndexError(y)
    x = np.asarray(logits)
    x = x if x.dtype.kind == "f" else x.astype(float)
    below = x - x.max()
    return np.log(np.exp(below).sum()) - below[y]


def int_of(label):
    if int(label) != label:
        raise ValueError(f"{label} is no whole number")
    return int(label)
