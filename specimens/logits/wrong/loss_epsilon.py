"""A small number inside the logarithm: improbable labels cost too little.

says: 1e-12|constant
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    logits = np.asarray(logits)
    if logits.ndim != 1:
        raise ValueError("one example at a time")
    if not 0 <= label < len(logits) or int(label) != label:
        raise ValueError("no such class")
    p = np.exp(logits - logits.max())
    p /= p.sum()
    return -np.log(p[label] + 1e-12)
