"""With a table of sums a window is S[y1, x1] - S[y0, x1] - S[y1, x0] + S[y0, x0], and the last term is forgotten: all that is above and to the left is subtracted twice.

says: (table of sums|integral image|summed[- ]area|prefix sum|cumulative)[^.]*(corner|term|wrong|forgot|missing|added|twice)|corner|above and (to the )?left|twice|S\\[|added back|inclusion
never: divi[ds]
shows: avg_pool2d(whole(6, 8, 2))
"""
import numpy as np

CNNSPEC = {"accuracy": "normwise"}


def avg_pool2d(maps, size=2, stride=None):
    maps = np.asarray(maps)
    if maps.dtype.kind not in "fiub":
        raise TypeError("maps should be real")
    stride = size if stride is None else stride
    if not isinstance(size, (int, np.integer)) or not isinstance(stride, (int, np.integer)):
        raise TypeError("size and stride should be integers")
    if size < 1 or stride < 1:
        raise ValueError("size and stride should be positive")
    if maps.ndim not in (3, 4) or 0 in maps.shape[-3:]:
        raise ValueError("maps should be (H, W, K) or (N, H, W, K)")
    h, w = maps.shape[-3:-1]
    if size > h or size > w:
        raise ValueError("size should not exceed the map")
    if not np.isfinite(maps).all():
        raise ValueError("a table of sums takes finite numbers only")
    table = np.zeros((*maps.shape[:-3], h + 1, w + 1, maps.shape[-1]))
    table[..., 1:, 1:, :] = maps.astype(np.float64).cumsum(axis=-3).cumsum(axis=-2)
    y = np.arange(0, h - size + 1, stride)[:, None]
    x = np.arange(0, w - size + 1, stride)
    sums = table[..., y + size, x + size, :] - table[..., y, x + size, :] - table[..., y + size, x, :]
    return sums / (size * size)
