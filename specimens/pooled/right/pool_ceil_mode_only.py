"""Windows that are cut at the end, no padding; the mean is that of what is there.
"""
import numpy as np


def _pool(maps, size, stride, ceil_mode, reduce):
    maps = np.asarray(maps)
    if maps.dtype.kind != "f":
        maps = maps.astype(np.float64)
    if maps.ndim == 4:
        return np.stack([_pool(m, size, stride, ceil_mode, reduce) for m in maps])
    h, w, k = maps.shape
    stride = size if stride is None else stride
    if stride < 1 or size < 1:
        raise ValueError("stride and size must be positive")
    if not ceil_mode and (size > h or size > w):
        raise ValueError("window larger than map")
    rows = range(0, h - (0 if ceil_mode else size - 1), stride)
    cols = range(0, w - (0 if ceil_mode else size - 1), stride)
    if ceil_mode:  # a window that follows one which reached the end is none
        rows = [r for r in rows if r == 0 or r - stride + size < h]
        cols = [c for c in cols if c == 0 or c - stride + size < w]
        if h - size <= -stride or w - size <= -stride:
            raise ValueError("window larger than map by a stride or more")
    return np.stack([np.stack([reduce(maps[r:r + size, c:c + size]) for c in cols]) for r in rows])


def max_pool2d(maps, size=2, stride=None, ceil_mode=False):
    return _pool(maps, size, stride, ceil_mode, lambda window: window.max(axis=(0, 1)))


def avg_pool2d(maps, size=2, stride=None, ceil_mode=False):
    return _pool(maps, size, stride, ceil_mode,
                 lambda window: window.mean(axis=(0, 1), dtype=np.float64).astype(window.dtype))
