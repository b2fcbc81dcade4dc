"""The formula as it stands in the textbook: exp of the logits, which overflows from 710 on.

says: overflow|not subtracted
"""
import numpy as np


def softmax_cross_entropy(logits, label):
    if np.ndim(logits) != 1:
        raise ValueError("one example at a time")
    if not 0 <= label < len(logits) or int(label) != label:
        raise ValueError("no such class")
    return np.log(np.sum(np.exp(logits))) - logits[label]
