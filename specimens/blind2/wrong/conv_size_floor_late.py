r"""The size of the maps is (H - f + 1) // stride and not (H - f) // stride + 1: with a stride the last row and column of windows are lost where the stride does not divide the number of places.

says: last (row|column|window)|(row|column|window)s?[^.]*(short|few|miss|lack|lost|drop|left out|omit|too small)|(short|few|miss|lack|lost|drop|too small)[^.]*(row|column|window)|floor|round(ed)? (down|off)|\(H ?- ?f ?\+ ?1\) ?//|size of the maps?|output size|shape
never: padding|channel
shows: conv2d(whole(7, 9), whole(2, 3, 3), stride=2)
"""
import operator

import numpy as np

def _as_batch(image, filters, bias, stride):
    """Return (N, H, W, C) and (K, f, f, C) in float64 and the stride, or raise ValueError."""
    x, w = np.asarray(image), np.asarray(filters)
    if x.dtype.kind not in "fiub" or w.dtype.kind not in "fiub":
        raise ValueError("image and filters must be numbers")
    if x.ndim == 2 and w.ndim == 3:
        x, w = x[None, :, :, None], w[..., None]
    elif x.ndim == 3 and w.ndim == 4:
        x = x[None]
    elif not (x.ndim == 4 and w.ndim == 4):
        raise ValueError(f"cannot convolve {x.shape} with {w.shape}")
    if x.shape[3] != w.shape[3]:
        raise ValueError("channels of image and filters differ")
    if w.shape[1] != w.shape[2] or w.shape[1] % 2 == 0:
        raise ValueError("need square filters with an odd number of rows")
    if min(x.shape) == 0 or min(w.shape) == 0:
        raise ValueError("empty axis")
    if w.shape[1] > min(x.shape[1:3]):
        raise ValueError("filters do not fit into the image")
    if bias is not None and np.shape(bias) != (w.shape[0],):
        raise ValueError("one bias per filter, please")
    if operator.index(stride) < 1:
        raise ValueError("stride must be at least 1")
    return x.astype(np.float64), w.astype(np.float64), int(stride)


def conv2d(image, filters, bias=None, *, stride=1):
    x, w, stride = _as_batch(image, filters, bias, stride)
    n, height, width, _ = x.shape
    k, f = w.shape[:2]
    rows = (height - f + 1) // stride
    cols = (width - f + 1) // stride
    y = np.zeros((n, rows, cols, k))
    for a in range(f):
        for b in range(f):
            part = x[:, a:a + rows * stride:stride, b:b + cols * stride:stride]
            y += np.tensordot(part, w[:, a, b], (3, 1))
    if bias is not None:
        y += np.asarray(bias, dtype=np.float64)
    return y if np.ndim(image) == 4 else y[0]
