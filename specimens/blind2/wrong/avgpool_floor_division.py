"""The sum is divided by // where / was meant, as after a port from Python 2 or C, so that every mean is rounded down to a whole number.

says: floor|//|whole|integer|round|fraction|truncat|decimals?
never: float16|stride|bytes only
shows: avg_pool2d(whole(4, 6, 2), 2)
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


def avg_pool2d(maps, size=2, stride=None):
    maps, size, stride = _arguments(maps, size, stride)
    step = stride or size
    rows = (maps.shape[-3] - size) // step + 1
    cols = (maps.shape[-2] - size) // step + 1
    total = np.zeros(maps.shape[:-3] + (rows, cols, maps.shape[-1]))
    for a in range(size):
        for b in range(size):
            total += maps[..., a:a + rows * step:step, b:b + cols * step:step, :]
    return total // (size * size)
