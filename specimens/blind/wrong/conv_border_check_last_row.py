"""A test against reading outside the image, with H - 1 where H belongs, takes the last row of the image for padding: it counts as 0.

says: last (image )?(row|line)|bottom|lowest|final row|row H|H - 1|below the (image|last)
never: last column|bias
shows: conv2d(whole(5, 6), whole(2, 3, 3))
"""
import operator

import numpy as np


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    stride = operator.index(stride)
    if image.ndim not in (2, 3) or filters.ndim != image.ndim + 1:
        raise ValueError("bad number of axes")
    if image.dtype.kind not in "fiub" or filters.dtype.kind not in "fiub":
        raise TypeError("bad dtype")
    if image.ndim == 2:
        image, filters = image[:, :, None], filters[:, :, :, None]
    H, W, C = image.shape
    K, f, g, D = filters.shape
    if C != D:
        raise ValueError(f"channels: {C} and {D}")
    if f != g or not f % 2:
        raise ValueError(f"filter size {f}x{g}: must be odd and square")
    if 0 in image.shape or (padding == "valid" and f > min(H, W)):
        raise ValueError("the image is too small")
    bias = np.zeros(K) if bias is None else np.asarray(bias)
    if bias.shape != (K,):
        raise ValueError(f"bias {bias.shape}, filters {K}")
    if stride < 1:
        raise ValueError(f"stride {stride}")
    if padding not in ("valid", "same") or padding == "same" and stride > 1:
        raise ValueError(f"padding {padding!r} with stride {stride}")
    pad = f // 2 if padding == "same" else 0
    rows = (H + 2 * pad - f) // stride + 1
    cols = (W + 2 * pad - f) // stride + 1
    image, filters = image.astype(np.float64), filters.astype(np.float64)
    out = np.zeros((rows, cols, K)) + bias
    for i in range(rows):
        for a in range(f):
            y = i * stride + a - pad
            if y < 0 or y >= H - 1:
                continue
            line = np.pad(image[y], ((pad, pad), (0, 0)))
            for b in range(f):
                out[i] += line[b:b + (cols - 1) * stride + 1:stride] @ filters[:, a, b].T
    return out
