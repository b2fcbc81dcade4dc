r"""Half the sum of a number and its absolute value: minus infinity becomes NaN, and the largest numbers overflow.

says: infin|\binf\b|nan|overflow|not finite|large
shows: relu(np.array([-np.inf, -1.0, 2.0]))
shows: relu(np.array([1.7e308, -1.0]))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    if x.dtype.kind != "f":
        raise TypeError("x must hold real numbers")
    with np.errstate(all="ignore"):
        return np.asarray((x + abs(x)) / x.dtype.type(2), x.dtype)
