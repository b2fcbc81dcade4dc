"""Winograd's F(2x2, 3x3) with the last row of the input transform negated, as in a paper whose output transform has the other sign: every second row and column of 3x3 filters at stride 1 is wrong.

says: winograd|transform|every (second|other)|odd (rows?|columns?|places|positions)|second (row|column|of)|sign|negat|subtract|(third|last) (row|column|tap|weight)
never: bias|rotated
shows: conv2d(whole(6, 6), whole(1, 3, 3))
"""
import operator

import numpy as np

G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
B_T = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, -1, 0, 1.0]])
A_T = np.array([[1, 1, 1, 0], [0, 1, -1, -1.0]])


def prepare(image, filters, bias, stride, padding):
    """Return (N, H, W, C), (K, f, f, C), (K,), the stride, and how to hand back the maps."""
    image, filters = np.asarray(image), np.asarray(filters)
    for name, array in (("image", image), ("filters", filters)):
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{name} must hold real numbers, not {array.dtype}")
    if (image.ndim, filters.ndim) not in ((2, 3), (3, 4), (4, 4)):
        raise ValueError(f"cannot lay filters of shape {filters.shape} over {image.shape}")
    if image.ndim == 2:
        x, w = image[None, :, :, None], filters[..., None]
    else:
        x, w = (image if image.ndim == 4 else image[None]), filters
    if x.shape[3] != w.shape[3]:
        raise ValueError(f"image has {x.shape[3]} channels, filters have {w.shape[3]}")
    if w.shape[1] != w.shape[2]:
        raise ValueError(f"filters must be square, not {w.shape[1]}x{w.shape[2]}")
    if w.shape[1] % 2 == 0:
        raise ValueError(f"the filter size must be odd, not {w.shape[1]}")
    if 0 in x.shape[1:] or 0 in w.shape[1:]:
        raise ValueError("an axis is empty")
    b = np.zeros(len(w)) if bias is None else np.asarray(bias)
    if b.shape != (len(w),):
        raise ValueError(f"bias must be ({len(w)},), not {b.shape}")
    s = operator.index(stride)
    if s < 1:
        raise ValueError(f"stride must be positive, not {s}")
    if padding not in ("valid", "same"):
        raise ValueError(f"unknown padding {padding!r}")
    if padding == "same":
        if s != 1:
            raise ValueError('"same" goes with stride 1 only')
        m = w.shape[1] // 2
        x = np.pad(x, ((0, 0), (m, m), (m, m), (0, 0)))
    if w.shape[1] > min(x.shape[1:3]):
        raise ValueError(f"filters of {w.shape[1]} do not fit into {x.shape[1:3]}")
    return x.astype(float), w.astype(float), b.astype(float), s, image.ndim == 4


def _winograd(x, w):
    n, height, width, channels = x.shape
    rows, cols = height - 2, width - 2
    tiles_down, tiles_across = (rows + 1) // 2, (cols + 1) // 2
    x = np.pad(x, ((0, 0), (0, rows % 2), (0, cols % 2), (0, 0)))
    u = np.einsum("pa,kabc,qb->pqkc", G, w, G)
    out = np.empty((n, 2 * tiles_down, 2 * tiles_across, len(w)))
    for i in range(tiles_down):
        for j in range(tiles_across):
            d = x[:, 2 * i:2 * i + 4, 2 * j:2 * j + 4]
            v = np.einsum("pa,nabc,qb->npqc", B_T, d, B_T)
            m = np.einsum("pqkc,npqc->npqk", u, v)
            out[:, 2 * i:2 * i + 2, 2 * j:2 * j + 2] = np.einsum("yp,npqk,zq->nyzk", A_T, m, A_T)
    return out[:, :rows, :cols]


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x, w, b, s, batched = prepare(image, filters, bias, stride, padding)
    if w.shape[1] == 3 and s == 1:
        maps = _winograd(x, w) + b
    else:
        windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[1:3], axis=(1, 2))
        maps = np.einsum("nijcab,kabc->nijk", windows[:, ::s, ::s], w) + b
    return maps if batched else maps[0]
