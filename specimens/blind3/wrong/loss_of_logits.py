r"""The probabilities are taken for logits, and go through softmax once more.

says: softmax|logit|exponential|twice|again|normali[sz]|once more|log.?sum.?exp
shows: cross_entropy(np.array([0.125, 0.25, 0.5, 0.125]), 2)
"""
import operator

import numpy as np


def cross_entropy(probabilities, label):
    x = np.asarray(probabilities)
    if x.dtype.kind in "iub":
        x = x.astype(float)
    if x.dtype.kind != "f":
        raise TypeError("real numbers only")
    if x.ndim != 1 or not x.size:
        raise ValueError("one axis, please")
    label = operator.index(label)
    if not 0 <= label < x.size:
        raise IndexError(f"no class {label}")
    m = x.max()
    return x.dtype.type(m + np.log(np.exp((x - m).astype(float)).sum()) - x[label])
