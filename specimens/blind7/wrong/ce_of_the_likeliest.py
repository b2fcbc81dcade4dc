"""The loss of the class that is the likeliest, whatever the label is.

apart: verify.py compares it
says: likeliest|largest|max|label.*(ignor|whatever|not used|matter)|whatever
never: log2|base|counted from
"""
import numpy as np


def cross_entropy(probabilities, label):
    p = np.asarray(probabilities, float)
    if not 0 <= label < len(p):
        raise IndexError("no such class")
    return -np.log(np.max(p))
