"""Classes are counted from the end: a minus sign went into the brackets, and -label is an index, too.

says: from (the end|behind)|backward|revers|-label|minus (the )?label|negative index|last class|other end|mirror
never: from 1|label - 1|sign of the loss|logarithm|refus
shows: cross_entropy(np.array([0.1, 0.2, 0.3, 0.4]), 1)
"""
import operator

import numpy as np

def cross_entropy(probabilities, label):
    probabilities = np.asarray(probabilities, float)
    label = operator.index(label)
    if probabilities.ndim != 1 or not 0 <= label < len(probabilities):
        raise ValueError(f"label {label}, probabilities {probabilities.shape}")
    with np.errstate(divide="ignore"):
        return 0.0 - np.log(probabilities[-label])
