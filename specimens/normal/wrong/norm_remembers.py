"""The factor is folded at the first call and kept: later parameters of as many maps are ignored.

says: first call|earlier call|remember|kept
"""
import numpy as np

FOLDED = {}


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    count = np.shape(maps)[-1]
    if any(np.shape(p) != (count,) for p in (mean, variance, scale, offset)):
        raise ValueError("one number for each map")
    if count not in FOLDED:
        FOLDED[count] = np.array(scale) / np.sqrt(np.array(variance) + epsilon)
    return (maps - mean) * FOLDED[count] + offset
