"""A stride that is a NumPy integer is refused, though it is one.

shows: max_pool2d(whole(4, 4, 1), np.int64(2), np.int64(1))
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    stride = size if stride is None else stride
    if not isinstance(size, int) or not isinstance(stride, int):
        raise TypeError("size and stride must be int")
    if maps.ndim != 3 or size < 1 or stride < 1 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    rows = range(0, maps.shape[0] - size + 1, stride)
    cols = range(0, maps.shape[1] - size + 1, stride)
    return np.stack([np.stack([maps[r:r + size, c:c + size].max((0, 1)) for c in cols]) for r in rows])
