r"""The logarithms of all probabilities are multiplied by the one-hot vector and summed: if another class has probability 0, 0 times infinity makes the loss NaN.

says: nan|0 (times|\*|x) ?(-|minus )?inf|one.?hot|other class|others?[^.]*(0|zero|count)|zeros?[^.]*(other|wrong|class|probab)|(probab\w+|class\w*)[^.]*\b(0|zero)\b|multipl
never: base|mean|smooth
shows: cross_entropy(np.array([0.75, 0.0, 0.25]), 2)
"""
import operator

import numpy as np


def cross_entropy(probabilities, label):
    y_hat = np.asarray(probabilities)
    if y_hat.dtype.kind not in "biuf":
        raise TypeError("not real")
    if y_hat.ndim != 1 or y_hat.size == 0:
        raise ValueError("a vector of probabilities is needed")
    label = operator.index(label)
    if label < 0 or label >= y_hat.size:
        raise ValueError("no such class")
    y = np.eye(y_hat.size)[label]
    with np.errstate(all="ignore"):
        return 0.0 - np.sum(y * np.log(y_hat.astype(float)))
