"""The offset is added before the scale: scale * (normal + offset).

says: offset[^.]*(scale|times|multipl|before|factor)|scale[^.]*offset
shows: batch_norm(np.ones((1, 1, 1)), np.zeros(1), np.ones(1), np.full(1, 2.0), np.full(1, 3.0))
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    given = [np.asarray(a) for a in (maps, mean, variance, scale, offset)]
    given = [a.astype(np.float64) if a.dtype.kind in "iub" else a for a in given]
    dtype = np.result_type(*given)
    x, m, v, gamma, beta = (a.astype(np.result_type(dtype, np.float64)) for a in given)
    normal = (x - m) / np.sqrt(v + epsilon)
    return (gamma * (normal + beta)).astype(dtype)
