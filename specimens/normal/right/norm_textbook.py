"""Batch normalisation as textbooks write it: centred, divided, scaled, shifted.
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    x = np.asarray(maps)
    if x.ndim not in (3, 4):
        raise ValueError(f"maps of {x.ndim} axes")
    if x.dtype.kind != "f":
        x = x.astype(float)
    given = [np.asarray(p) for p in (mean, variance, scale, offset)]
    if any(p.shape != x.shape[-1:] for p in given):
        raise ValueError("one number for each map is needed")
    m, v, s, o = given
    x_hat = (x - m) / np.sqrt(v + epsilon)
    return x_hat * s + o
