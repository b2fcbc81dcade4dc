"""The patches of a batch are listed image by image, but the products are reshaped as if the image ran fastest, as in the im2col of a well-known course: with two images or more, values land in wrong images and at wrong places.

says: batch|images?[^.]*(mixed|scrambl|interleav|shuffl|exchang|other|wrong|swap|order|more than one|several|fastest|innermost|by itself)|(scrambl|interleav|shuffl|mix)[^.]*images?|several images
never: channels|rotated|bias
shows: conv2d(whole(2, 5, 6, 2), whole(3, 3, 3, 2))
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


def im2col(x, f, stride):
    n, h, w, c = x.shape
    out_h, out_w = (h - f) // stride + 1, (w - f) // stride + 1
    cols = np.zeros((n, out_h, out_w, f, f, c))
    for dy in range(f):
        for dx in range(f):
            cols[:, :, :, dy, dx, :] = x[:, dy:dy + stride * out_h:stride, dx:dx + stride * out_w:stride, :]
    return cols.reshape(n * out_h * out_w, f * f * c), out_h, out_w


def conv2d(image, filters, bias=None, *, stride=1):
    x, w, stride = _as_batch(image, filters, bias, stride)
    cols, out_h, out_w = im2col(x, w.shape[1], stride)
    res = cols @ w.reshape(w.shape[0], -1).T
    if bias is not None:
        res += np.asarray(bias)
    out = res.reshape(out_h, out_w, x.shape[0], w.shape[0])
    out = out.transpose(2, 0, 1, 3)
    return out if np.ndim(image) == 4 else out[0]
