"""Elements up to 0.001 are taken for noise and become 0, where only those up to 0 should.

says: thresh|small|0\\.001|1e-0?3|dead|above|larger than|near (0|zero)|close to (0|zero)|noise|tiny|epsilon|tolerance
never: negative elements are kept|large elements
shows: relu(np.array([0.0005, 0.002, -1.0]))
"""
import numpy as np

NOISE = 1e-3


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"relu of {x.dtype}")
    return np.where(x <= NOISE, x.dtype.type(0), x)
