"""The slopes of an array are kept for its shape and type, and used again for another slope.

says: state|earlier|previous|prior|cache|kept|remember|stale|second call|first call|another call|last call|call before|calls? (of|with)[^.]*(same|before)|history
shows: leaky_relu(np.array([-4.0, -8.0]), 0.5) + leaky_relu(np.array([-4.0, -8.0]), 0.25)
"""
import numpy as np

_factors = {}


def _slopes(x, slope):
    key = (x.shape, x.dtype.str)
    if key not in _factors:
        _factors[key] = np.full(x.shape, slope, x.dtype)
    return _factors[key]


def leaky_relu(x, slope=0.01):
    x = np.asarray(x)
    if x.dtype.kind in "biu":
        x = x.astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(x > 0, x, x * _slopes(x, slope))
