"""One factor and one offset for each map, as engines fold it into the convolution before it.
"""
import numpy as np


def batch_norm(maps, mean, variance, scale, offset, *, epsilon=1e-5):
    maps = np.asarray(maps)
    count = maps.shape[-1] if maps.ndim in (3, 4) else -1
    for given in (mean, variance, scale, offset):
        if np.shape(given) != (count,):
            raise ValueError("maps (H, W, K) or (N, H, W, K) and four vectors (K,)")
    factor = np.asarray(scale) / np.sqrt(np.asarray(variance) + epsilon)
    shift = offset - mean * factor
    out = np.empty(maps.shape, np.result_type(maps, factor, shift))
    for k in range(count):
        out[..., k] = maps[..., k] * factor[k] + shift[k]
    return out
