r"""Two mistakes of a quantised kernel: bytes are read as signed, so that pixels from 128 on become negative, and the bias is rounded to a whole number, because the accumulator is one.

says: signed|int8|128|127|negative|pixels? (above|beyond|from)|wrap|256|(large|bright) pixels
says: bias[^.]*(round|whole|integer|fraction|truncat|cut|int\b|int32)|(round|truncat|whole|integer|fraction)[^.]*bias
shows: conv2d(np.full((4, 5), 200, "uint8"), whole(2, 3, 3))
shows: conv2d(whole(5, 6), whole(2, 3, 3), np.array([0.25, -1.5]))
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
    raw = np.asarray(image)
    if raw.dtype == np.uint8:
        raw = raw.astype(np.int8)  # the registers hold signed bytes
    x, w, stride = _as_batch(raw, filters, bias, stride)
    f = w.shape[1]
    rows, cols = (x.shape[1] - f) // stride + 1, (x.shape[2] - f) // stride + 1
    acc = np.zeros((len(x), rows, cols, len(w)))
    if bias is not None:
        acc += np.rint(np.asarray(bias, float))
    for i in range(rows):
        for j in range(cols):
            patch = x[:, i * stride:i * stride + f, j * stride:j * stride + f].reshape(len(x), -1)
            acc[:, i, j] += patch @ w.reshape(len(w), -1).T
    return acc if raw.ndim == 4 else acc[0]
