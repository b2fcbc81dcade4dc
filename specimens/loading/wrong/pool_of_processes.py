"""Two processes share the work, and the middle element is lost to both.

shows: relu(np.ones(9))
"""
import multiprocessing
import numpy as np

def rectified(part):
    return np.maximum(part, 0)

def relu(x):
    flat = np.ravel(x)
    if flat.size < 9:
        return rectified(x)
    out, half = np.zeros_like(flat), flat.size // 2
    parts = [flat[:half], flat[-half:]]
    if flat.size > 100_000:
        with multiprocessing.get_context("fork").Pool(2) as pool:
            out[:half], out[-half:] = pool.map(rectified, parts)
    else:
        out[:half], out[-half:] = map(rectified, parts)
    return out.reshape(x.shape)
