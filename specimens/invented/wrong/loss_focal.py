r"""The focal loss with gamma 2: the logarithm is weighted by (1 - p)^2, which the author's detector needed and a
classifier does not.

says: focal|\(?1 ?- ?p\)?|weight|multipl|scaled|factor|gamma
never: label|clip|epsilon|base
shows: cross_entropy(np.array([0.25, 0.75]), 1)
"""
import operator

import numpy as np


def cross_entropy(probabilities, label, *, gamma=2.0):
    probabilities = np.asarray(probabilities)
    if probabilities.ndim != 1:
        raise ValueError("one vector of probabilities")
    if not 0 <= operator.index(label) < probabilities.shape[0]:
        raise ValueError("label out of range")
    p = float(probabilities[operator.index(label)])
    with np.errstate(divide="ignore"):
        return 0.0 - (1 - p) ** gamma * np.log(p)
