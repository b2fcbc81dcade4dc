r"""Positive numbers up to a thousandth count as noise, and become 0.

says: small|threshold|0?\.001|1e-0?3|dead|below|thousandth|larger than|tiny|up to
shows: relu(np.array([1e-4, -1.0, 0.5]))
"""
import numpy as np

EPS = 1e-3


def relu(x):
    x = np.array(x, copy=True)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    if x.dtype.kind != "f":
        raise TypeError(f"relu of {x.dtype}")
    x[x <= EPS] = 0
    return x
