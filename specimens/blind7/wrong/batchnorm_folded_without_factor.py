"""Folded into a factor and a term, the term lacks the factor: offset - mean.

apart: verify.py compares it
says: mean.*(factor|scal|multipl|fold|divi|as it is|itself|outside|bracket)|bracket|fold|offset - mean|- mean
never: variance of|batch
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    maps, mean, variance, scale, offset = (
        np.asarray(a, float) for a in (maps, mean, variance, scale, offset)
    )
    factor = scale / np.sqrt(variance + epsilon)
    term = offset - mean
    return maps * factor + term
