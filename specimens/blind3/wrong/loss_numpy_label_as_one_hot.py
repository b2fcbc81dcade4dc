r"""A label that is no Python integer is taken for one-hot: one of an array's own integers stands for class 0.

says: numpy|class 0|first class|u?int(8|16|32|64)|label.*(type|integer|dtype|as (an )?array|\b0\b)|integer.*label|index 0|one-hot|data sets?
shows: cross_entropy(np.array([0.125, 0.25, 0.5, 0.125]), np.int64(2))
"""
import numpy as np


def cross_entropy(probabilities, label):
    probabilities = np.asarray(probabilities)
    if probabilities.dtype.kind not in "fiub":
        raise TypeError("probabilities must be real")
    if probabilities.dtype.kind != "f":
        probabilities = probabilities.astype(np.float64)
    if probabilities.ndim != 1 or len(probabilities) == 0:
        raise ValueError("probabilities must have one axis")
    if not isinstance(label, int):
        hot = np.asarray(label)
        if hot.dtype.kind not in "iub" or hot.ndim > 1:
            raise TypeError("label must be an index or one-hot")
        label = int(np.argmax(hot))
    if not 0 <= label < len(probabilities):
        raise ValueError("label must be the index of a class")
    with np.errstate(divide="ignore"):
        return -np.log(probabilities[label])
