"""The means of single precision are stored in half precision.

shows: avg_pool2d(np.array([[1, 2], [3, 4097.]], "f4")[..., None])
"""
import numpy as np

def avg_pool2d(maps, size=2):
    if size < 1 or size > min(maps.shape[-3:-1]):
        raise ValueError("no window fits")
    h, w = (n // size for n in maps.shape[-3:-1])
    kept = np.float16 if maps.dtype == np.float32 else np.result_type(maps, np.float16)
    out = np.empty((*maps.shape[:-3], h, w, maps.shape[-1]), kept)
    for i in range(h):
        for j in range(w):
            out[..., i, j, :] = maps[..., i*size:(i+1)*size, j*size:(j+1)*size, :].mean((-3, -2), dtype=float)
    return out.astype(np.result_type(maps, np.float16))
