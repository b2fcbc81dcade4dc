r"""Two mistakes in one: the input is flattened column by column, as where the weights were trained, and the
bias, which was zero there, is never added.

says: fortran|column|order|first axis|transposed|f-order
says: bias.*(ignored|missing|left out|not added|never|dropped|forgotten|unused)|(without|no|ignores|forgets|lacks)\b.*\bbias
shows: dense(whole(2, 3), whole(6, 2), np.zeros(2))
shows: dense(whole(6), whole(6, 2), np.ones(2))
"""
import numpy as np

def dense(x, weights, bias):
    x = np.ravel(np.asarray(x, np.float64), order="F")
    w = np.asarray(weights, np.float64)
    if np.ndim(w) != 2 or w.size < 1 or len(w) != len(x):
        raise ValueError("the input does not match the weights")
    if np.shape(bias) != (w.shape[1],):
        raise ValueError("the bias does not match the weights")
    return np.array([np.dot(x, w[:, node]) for node in range(w.shape[1])])
