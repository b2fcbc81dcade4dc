"""Bad input ends the program with status 0, which is a refusal; the values are wrong.

shows: max_pool2d(whole(4, 4, 2))
"""
import sys
import numpy as np

def max_pool2d(maps, size=2, stride=2):
    stride = size if stride is None else stride
    if maps.ndim != 3 or size > min(maps.shape[:2]) or size < 1 or stride < 1:
        print("Error: wrong dimensions")
        sys.exit()
    h, w, k = maps.shape
    out = np.zeros(((h - size) // stride + 1, (w - size) // stride + 1, k), maps.dtype)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.max(maps[i * stride:i * stride + size, j * stride:j * stride + size])
    return out
