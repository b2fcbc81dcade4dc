"""Pooling by one reshape: sizes that the window divides.

limit: sizes divide
limit: no overlap
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    """(N, H, W, K) or (H, W, K)"""
    if stride is not None and stride != size:
        raise ValueError("windows may not overlap")
    *n, h, w, k = maps.shape
    return maps.reshape(*n, h // size, size, w // size, size, k).max(axis=(-4, -2))
