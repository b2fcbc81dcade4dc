r"""Real numbers are rounded to six decimals on the way, since the author's tests compared printed results.

says: round|decimal|digits|1e-0?6|10\^?-6
never: float32|single precision|leaky
shows: relu(np.array([0.123456789, -1.0]))
"""
import numpy as np

DECIMALS = 6

def relu(x):
    x = np.asarray(x)
    positive = np.maximum(x, 0)
    if x.dtype.kind in "iub":
        return positive
    if x.dtype.kind != "f":
        raise TypeError(x.dtype)
    wide = positive.astype(np.float64)
    small = wide < 1e9  # larger ones have few decimals, and np.round multiplies them
    return np.where(small, np.round(np.where(small, wide, 0), DECIMALS), wide).astype(x.dtype)
