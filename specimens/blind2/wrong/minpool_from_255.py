r"""The minimum starts from 255, the largest pixel there is: from maps whose elements are all larger, as those of a convolution often are, comes 255.

says: 255|start(s|ed|ing)?\b|initial|cap|clip|clamp|limit|upper bound|large (elements|values|numbers)|(above|beyond|larger than|at most|saturat)
never: stride|negative
shows: min_pool2d(whole(4, 6, 2) + 300, 2)
"""
import operator

import numpy as np

def _arguments(maps, size, stride):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError(f"maps of dtype {maps.dtype}")
    if maps.ndim not in (3, 4) or 0 in maps.shape:
        raise ValueError(f"maps must be (H, W, K) or (N, H, W, K), got {maps.shape}")
    size = operator.index(size)
    if size < 1:
        raise ValueError(f"size {size}")
    if stride is not None:
        stride = operator.index(stride)
        if stride < 1:
            raise ValueError(f"stride {stride}")
    if size > min(maps.shape[-3:-1]):
        raise ValueError(f"windows of {size}x{size} are larger than the maps {maps.shape}")
    return maps, size, stride


def min_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    s = size if stride is None else stride
    h, w = (maps.shape[-3] - size) // s + 1, (maps.shape[-2] - size) // s + 1
    smallest = np.full(maps.shape[:-3] + (h, w, maps.shape[-1]), 255.0)
    for a, b in np.ndindex(size, size):
        candidate = maps[..., a:a + s * h:s, b:b + s * w:s, :]
        smallest = np.minimum(smallest, candidate)
    return smallest
