"""Every window is sorted, and its last element taken.
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    step = size if stride is None else stride
    if min(size, step) < 1 or maps.ndim != 3 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    result = []
    for top in range(0, maps.shape[0] - size + 1, step):
        row = []
        for left in range(0, maps.shape[1] - size + 1, step):
            row.append([np.sort(maps[top:top + size, left:left + size, k], axis=None)[-1]
                        for k in range(maps.shape[2])])
        result.append(row)
    return np.array(result, dtype=maps.dtype)
