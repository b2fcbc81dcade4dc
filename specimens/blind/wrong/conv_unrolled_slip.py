"""The nine products of 3x3 are written out by copying lines, and one of them was not changed: the weight at the bottom left is laid on the pixel at the bottom middle.

says: bottom.left|\\[2, ?0\\]|(third|last|bottom) row of (the |a |every |each )?(filter|weights|window)|one (weight|pixel|tap)|weight[^.]*wrong (pixel|place)|(pixel|place)[^.]*(twice|never|unused|not read|not used)|lower left
never: rotated|transposed|bias
shows: conv2d(whole(5, 6), whole(2, 3, 3))
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
    x, w, bias, s, batched = prepare(image, filters, bias, stride, padding)
    f = w.shape[1]
    h, v = x.shape[1] - f + 1, x.shape[2] - f + 1
    if f == 3:
        maps = (
            x[:, 0:h + 0, 0:v + 0] @ w[:, 0, 0].T
            + x[:, 0:h + 0, 1:v + 1] @ w[:, 0, 1].T
            + x[:, 0:h + 0, 2:v + 2] @ w[:, 0, 2].T
            + x[:, 1:h + 1, 0:v + 0] @ w[:, 1, 0].T
            + x[:, 1:h + 1, 1:v + 1] @ w[:, 1, 1].T
            + x[:, 1:h + 1, 2:v + 2] @ w[:, 1, 2].T
            + x[:, 2:h + 2, 1:v + 1] @ w[:, 2, 0].T
            + x[:, 2:h + 2, 1:v + 1] @ w[:, 2, 1].T
            + x[:, 2:h + 2, 2:v + 2] @ w[:, 2, 2].T
        )
    else:
        maps = sum(x[:, a:h + a, b:v + b] @ w[:, a, b].T for a in range(f) for b in range(f))
    maps = maps[:, ::s, ::s] + bias
    return maps if batched else maps[0]
