r"""The fast tiles for 3x3 filters mix two published sets of matrices: the last sign for the second row and column of a tile is wrong.

says: odd|every (second|other)|second|3x3|3 x 3|size 3|alternat|parity|tile|2x2|last (row|column) of|third
never: rotated|transposed
shows: conv2d(whole(6, 7), whole(2, 3, 3))
"""
import operator

import numpy as np

CNNSPEC = {"accuracy": "normwise"}

BT = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]], float)
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
AT = np.array([[1, 1, 1, 0], [0, 1, -1, 1]], float)


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = _floats(image), _floats(filters)
    stride = operator.index(stride)
    if stride < 1:
        raise ValueError("stride must be 1 or more")
    if not ((image.ndim == 2 and filters.ndim == 3) or (image.ndim in (3, 4) and filters.ndim == 4)):
        raise ValueError("shapes of image and filters")
    x = image.reshape((1,) * (image.ndim < 4) + image.shape + (1,) * (image.ndim == 2))
    w = filters[..., None] if filters.ndim == 3 else filters
    if x.shape[3] != w.shape[3]:
        raise ValueError("numbers of channels")
    size = w.shape[1]
    if size != w.shape[2] or size % 2 == 0:
        raise ValueError("size of the filters")
    if bias is not None:
        bias = _floats(bias)
        if bias.shape != (len(w),):
            raise ValueError("length of the bias")
    if padding == "same" and stride == 1:
        x = np.pad(x, ((0, 0), (size // 2,) * 2, (size // 2,) * 2, (0, 0)))
    elif padding != "valid":
        raise ValueError("padding")
    if size > min(x.shape[1:3]):
        raise ValueError("filters larger than the image")
    dtype = np.result_type(image, filters) if bias is None else np.result_type(image, filters, bias)
    x, w = x.astype(float), w.astype(float)
    y = _fast(x, w) if size == 3 and stride == 1 else _plain(x, w, stride)
    if bias is not None:
        y = y + bias
    y = y.astype(dtype)
    return y if image.ndim == 4 else y[0]


def _fast(x, w):
    n, h, width, _ = x.shape
    rows, cols = h - 2, width - 2
    x = np.pad(x, ((0, 0), (0, rows % 2), (0, cols % 2), (0, 0)))
    tiles = np.lib.stride_tricks.sliding_window_view(x, (4, 4), axis=(1, 2))[:, ::2, ::2]
    v = np.einsum("pa,nijcab,qb->nijcpq", BT, tiles, BT, optimize=True)
    u = np.einsum("pa,kabc,qb->kcpq", G, w, G, optimize=True)
    m = np.einsum("nijcpq,kcpq->nijkpq", v, u, optimize=True)
    y = np.einsum("ap,nijkpq,bq->niajbk", AT, m, AT, optimize=True)
    y = y.reshape(n, 2 * y.shape[1], 2 * y.shape[3], len(w))
    return y[:, :rows, :cols]


def _plain(x, w, stride):
    size = w.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
    return np.einsum("nijcab,kabc->nijk", windows[:, ::stride, ::stride], w, optimize=True)


def _floats(values):
    values = np.asarray(values)
    if values.dtype.kind not in "fiub":
        raise TypeError("numbers expected")
    return values if values.dtype.kind == "f" else values.astype(float)
