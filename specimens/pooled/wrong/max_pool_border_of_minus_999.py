"""The border holds -999, which wins over lower numbers.

says: -999|border|padding|start
"""
import numpy as np

def max_pool2d(maps, size=2, stride=None, padding=0):
    maps = np.asarray(maps)
    maps = maps if maps.dtype.kind == "f" else maps.astype(np.float64)
    if maps.ndim == 3:
        return max_pool2d(maps[None], size, stride, padding)[0]
    stride = size if stride is None else stride
    if stride < 1 or size < 1 or padding < 0 or padding > size // 2:
        raise ValueError
    n, h, w, c = maps.shape
    big = np.full((n, h + 2 * padding, w + 2 * padding, c), -999.0, dtype=maps.dtype)
    big[:, padding:h + padding, padding:w + padding] = maps
    oh = (h + 2 * padding - size) // stride + 1
    ow = (w + 2 * padding - size) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("size")
    return np.stack([np.stack([big[:, i * stride:i * stride + size, j * stride:j * stride + size].max(axis=(1, 2))
                               for j in range(ow)], 1) for i in range(oh)], 1)
