r"""Blocks of eight elements are run at once; of those that remain the first is left at 0.

says: elements? \[?\d|one element|every|position|first|\b8\b|eight|block|tail|\brest\b|last|remain|single
shows: relu(np.arange(1.0, 12.0))
"""
import numpy as np

WIDTH = 8


def relu(x):
    x = np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError("relu needs real numbers")
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    source = x.ravel()
    result = np.zeros(x.size, x.dtype)
    whole = x.size // WIDTH * WIDTH
    for start in range(0, whole, WIDTH):
        result[start:start + WIDTH] = np.maximum(source[start:start + WIDTH], 0)
    for rest in range(whole + 1, x.size):
        result[rest] = source[rest] if not source[rest] <= 0 else 0
    return result.reshape(x.shape)
