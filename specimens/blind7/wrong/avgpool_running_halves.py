"""The mean is kept as (mean + x) / 2: the last element counts one half.

apart: verify.py compares it
says: half|halves|weights?|last element|(mean|average) of|running|previous
never: precision|rounding|padding
"""
import numpy as np


def avg_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps, float)
    step = size if stride is None else stride
    rows = (maps.shape[-3] - size) // step + 1
    cols = (maps.shape[-2] - size) // step + 1
    out = np.zeros((*maps.shape[:-3], rows, cols, maps.shape[-1]))
    for i in range(rows):
        for j in range(cols):
            mean = None
            for a in range(size):
                for b in range(size):
                    value = maps[..., i * step + a, j * step + b, :]
                    mean = value if mean is None else (mean + value) / 2
            out[..., i, j, :] = mean
    return out
