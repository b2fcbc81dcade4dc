"""Pixels that are NaN are taken for missing and replaced by 0, so that finite sums come out of windows that hold them.

says: nan|not a number|missing
never: infinit[^.]*replaced|rotated
shows: conv2d(np.where(np.eye(5) > 0, np.nan, 1.0), whole(2, 3, 3))
"""
import operator

import numpy as np

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


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    x, w, b, s, batched = prepare(image, filters, bias, stride, padding)
    x[np.isnan(x)] = 0
    f = w.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(x, (f, f), (1, 2))[:, ::s, ::s]
    maps = np.tensordot(windows, w, ((4, 5, 3), (1, 2, 3))) + b
    return maps if batched else maps[0]
