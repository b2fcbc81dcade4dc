r"""The form that cannot overflow is chosen for the whole array: one negative number makes large positive ones overflow to NaN.

says: overflow|nan|infin|large|finite|exp\(x\)|whole array|(one|any|a) negative|neighbo|other elements?|depends? on
shows: sigmoid(np.array([-1.0, 800.0]))
"""
import numpy as np


def sigmoid(x):
    x = np.asarray(x)
    x = x.astype(np.float64) if x.dtype.kind in "biu" else x
    with np.errstate(over="ignore", invalid="ignore"):
        if np.any(x < 0) and not np.all(x < 0):
            e = np.exp(x)
            return e / (1 + e)
        small = np.exp(-np.abs(x))
        return np.where(x < 0, small, x.dtype.type(1)) / (1 + small)
