r"""The mean is taken over the classes of the one-hot vector times the logarithms, where it was meant over the images of a batch: the loss is divided by the number of classes.

says: mean|average|number of classes|divided|over (the |all )?classes|classes|scal|factor|/ ?n\b
never: base|log(2|10)|smooth|clip|argmax|most probable
shows: cross_entropy(np.array([0.25, 0.25, 0.5]), 2)
"""
import operator

import numpy as np

def _checked(probabilities, label):
    p = np.asarray(probabilities)
    if p.dtype.kind not in "fiub":
        raise TypeError("probabilities must be real numbers")
    if p.ndim != 1 or len(p) == 0:
        raise ValueError(f"probabilities must be (classes,), got {p.shape}")
    label = operator.index(label)
    if not 0 <= label < len(p):
        raise ValueError(f"label {label} is none of {len(p)} classes")
    return p.astype(np.float64), label


def cross_entropy(probabilities, label):
    p, label = _checked(probabilities, label)
    one_hot = np.zeros(len(p))
    one_hot[label] = 1
    with np.errstate(divide="ignore"):
        terms = np.where(one_hot == 1, -np.log(p), 0.0)
    return np.mean(terms)
