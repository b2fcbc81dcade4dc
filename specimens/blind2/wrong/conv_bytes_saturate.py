r"""The maps of images of bytes are bytes again, as filters for pictures have it: negative sums become 0, those above 255 become 255, and fractions are rounded.

says: clip|saturat|clamp|cut (off )?|limit(ed)? to|\b255\b|0 to 255|negative[^.]*(0|zero)|uint8|bytes?\b|unsigned|type of the image|image'?s (own )?d?type|rounded to whole
never: wrap|signed|bias|stride|modul
shows: conv2d(abs(whole(5, 6)).astype("uint8"), whole(2, 3, 3))
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


def _saturate_cast(values, dtype):
    limits = np.iinfo(dtype)
    return np.clip(np.rint(values), limits.min, limits.max).astype(dtype)


def conv2d(image, filters, bias=None, *, stride=1):
    src = np.asarray(image)
    x, w, stride = _as_batch(src, filters, bias, stride)
    f = w.shape[1]
    win = np.lib.stride_tricks.sliding_window_view(x, (f, f), axis=(1, 2))
    win = win[:, ::stride, ::stride]
    dst = np.tensordot(win, w, ([4, 5, 3], [1, 2, 3]))
    if bias is not None:
        dst = dst + np.asarray(bias, dtype=float)
    if src.dtype == np.uint8:
        dst = _saturate_cast(dst, src.dtype)
    return dst if src.ndim == 4 else dst[0]
