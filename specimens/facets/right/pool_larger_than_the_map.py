"""A window larger than the map is cut to the map: no refusal, and every number is right.

exit: 1
says: every number tested is right; not refused are
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    if maps.ndim != 3:
        raise ValueError("rows, columns, maps")
    step = size if stride is None else stride
    size = min(size, *maps.shape[:2])
    tops, lefts = (range(0, side - size + 1, step) for side in maps.shape[:2])
    rows = [np.stack([maps[i:i + size, j:j + size].max(axis=(0, 1)) for j in lefts]) for i in tops]
    return np.stack(rows)
