"""A loop never ends where windows overlap.

apart: it does not come back in time
options: --time-limit 1
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    stride = size if stride is None else stride
    if size < 1 or stride < 1 or maps.ndim != 3 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    rows = []
    top = 0
    while top + size <= maps.shape[0]:
        cols = range(0, maps.shape[1] - size + 1, stride)
        rows.append([maps[top:top + size, c:c + size].max((0, 1)) for c in cols])
        while stride < size:
            pass
        top += stride
    return np.array(rows)
