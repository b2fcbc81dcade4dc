r"""x ** -1/2 is read as (x ** -1) / 2.

apart: verify.py compares it
says: \*\* ?-|power|2 ?\* ?\(?variance|half|root|(1|one) / \(?2|twice|/ 2
never: axis|batch
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    x = np.asarray(maps, float)
    inverse = (np.asarray(variance, float) + epsilon) ** -1 / 2
    return (x - mean) * inverse * scale + offset
