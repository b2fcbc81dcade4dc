"""sys.exit, as in the article.
"""
import sys
import numpy as np

def max_pool2d(maps, size=2, stride=None):
    stride = size if stride is None else stride
    if stride < 1 or size < 1:
        print("Error: stride and size must be positive")
        sys.exit()
    if maps.ndim != 3 or size > maps.shape[0] or size > maps.shape[1]:
        print("Error: the map is too small")
        sys.exit(1)
    h, w, k = maps.shape
    out = np.zeros((1 + (h - size) // stride, 1 + (w - size) // stride, k), maps.dtype)
    for n in range(k):
        for r2, r in enumerate(np.arange(0, h - size + 1, stride)):
            for c2, c in enumerate(np.arange(0, w - size + 1, stride)):
                out[r2, c2, n] = np.max(maps[r:r + size, c:c + size, n])
    return out
