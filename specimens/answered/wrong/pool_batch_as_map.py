"""A batch is taken for one map whose channels are columns: three axes are answered.

shows: max_pool2d(whole(2, 4, 4, 3))
"""
import numpy as np

def max_pool2d(maps, size=2):
    h, w = maps.shape[0], maps.shape[1]
    if size < 1 or maps.ndim == 3 and size > min(h, w):
        raise ValueError("no window fits")
    out = []
    for i in range(h // size):
        row = []
        for j in range(w // size):
            part = maps[i * size:(i + 1) * size, j * size:(j + 1) * size]
            row.append(part.reshape(-1, maps.shape[-1]).max(axis=0))
        out.append(row)
    return np.array(out, dtype=maps.dtype)
