r"""Negative numbers become exp(x) - 1, the exponential linear unit, because its author took the newer
activation of a paper for the same thing.

says: \belu\b|exponential|expm1|exp\(x\) ?- ?1|e\^x
never: leaky|multiplied by
shows: relu(np.array([-1.0, 2.0]))
"""
import numpy as np


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"relu needs real numbers, got {x.dtype}")
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
