"""Maps are made in tiles of 8 columns. The last tile is moved back so that it ends where the map ends, and what it shares with the one before is added once more.

says: (block|tile)s? of 8|8 columns|(twice|double|once more|added again)|overlap|multiple of 8
shows: conv2d(np.ones((3, 14)), np.ones((1, 3, 3)))
"""
import numpy as np

TILE = 8


def as_float(a):
    a = np.asarray(a)
    return a.astype(np.float64) if a.dtype.kind in "iub" else a


def conv2d(image, filters, bias=None, *, stride=1):
    image, filters = as_float(image), as_float(filters)
    dtype = np.result_type(image, filters, *([] if bias is None else [as_float(bias)]))
    acc = np.result_type(dtype, np.float32)
    x = image[..., None] if image.ndim == 2 else image
    x = (x if x.ndim == 4 else x[None]).astype(acc)
    w = (filters[..., None] if filters.ndim == 3 else filters).astype(acc)
    k, fh, fw, _ = w.shape
    rows, columns = (x.shape[1] - fh) // stride + 1, (x.shape[2] - fw) // stride + 1
    out = np.zeros((len(x), rows, columns, k), acc)
    if bias is not None:
        out += as_float(bias).astype(acc)
    added = np.zeros_like(out)
    for start in range(0, columns, TILE):
        first = min(start, max(columns - TILE, 0))
        last = min(first + TILE, columns)
        for a in range(fh):
            for b in range(fw):
                r = slice(a, a + stride * (rows - 1) + 1, stride)
                c = slice(first * stride + b, (last - 1) * stride + b + 1, stride)
                added[:, :, first:last] += x[:, r, c] @ w[:, a, b].T
    out = (out + added).astype(dtype)
    return out if image.ndim == 4 else out[0]
