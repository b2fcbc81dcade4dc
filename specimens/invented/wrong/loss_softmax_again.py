"""The probabilities are taken for logits and go through a softmax first, as the loss of a well-known framework
does it with what it is given.

says: softmax|logits|normali[sz]ed (again|once more|twice)|exponential
never: label|clip|epsilon|base
shows: cross_entropy(np.array([0.25, 0.75]), 1)
"""
import operator

import numpy as np

def cross_entropy(probabilities, label):
    z = np.asarray(probabilities, dtype=np.float64)
    if z.ndim != 1:
        raise ValueError(f"expected (classes,), got {z.shape}")
    label = operator.index(label)
    if label not in range(z.shape[0]):
        raise ValueError(f"label {label} of {z.shape[0]} classes")
    return np.log(np.sum(np.exp(z))) - z[label]
