"""Double precision only.

limit: float32
limit: float16
limit: whole numbers
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    if maps.dtype != np.dtype("float64"):
        raise TypeError(f"expected float64, got {maps.dtype}")
    stride = stride or (size if stride is None else 0)
    if maps.ndim == 4:
        return np.stack([max_pool2d(one, size, stride) for one in maps])
    if size < 1 or stride < 1 or size > min(maps.shape[:2]):
        raise ValueError("no window fits")
    parts = [maps[a:maps.shape[0] - size + a + 1:stride, b:maps.shape[1] - size + b + 1:stride]
             for a in range(size) for b in range(size)]
    return np.max(parts, axis=0)
