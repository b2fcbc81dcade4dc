"""Two mistakes: filters that are as many as the channels are taken for a depthwise layer, in which map k sees channel k only, and with "same" all zeros are put below and to the right of the image.

says: depth.?wise|group|own channel|one channel|channels?[^.]*(not summed|only|each|separate|itself|as many|same number|equal|ignored|miss)|only (its|the|one)[^.]*channel
says: "?same"?[^.]*(below|right|end|one side|shift|top|bottom|side|above|left)|(below|right|bottom|one side|shift|moved|asymmetric|after)|pad|top.?left
shows: conv2d(whole(5, 6, 2), whole(2, 3, 3, 2))
shows: conv2d(whole(5, 6), whole(2, 3, 3), padding="same")
"""
import operator

import numpy as np

class Conv2DError(ValueError):
    pass


def validate(x, w, b, s, pad):
    if x.dtype.kind not in "biuf" or w.dtype.kind not in "biuf":
        raise Conv2DError("numeric input only")
    if x.ndim == 2:
        if w.ndim != 3:
            raise Conv2DError("a gray image needs filters (K, f, f)")
    elif x.ndim in (3, 4):
        if w.ndim != 4:
            raise Conv2DError("an image with channels needs filters (K, f, f, C)")
        if w.shape[3] != x.shape[-1]:
            raise Conv2DError("channel mismatch: %d and %d" % (x.shape[-1], w.shape[3]))
    else:
        raise Conv2DError("image must have 2, 3 or 4 axes")
    if not x.size or not w.size:
        raise Conv2DError("nothing in it")
    if w.shape[1] != w.shape[2]:
        raise Conv2DError("filter is not square")
    if w.shape[1] % 2 != 1:
        raise Conv2DError("filter size must be odd")
    if b is not None and np.asarray(b).shape != w.shape[:1]:
        raise Conv2DError("bias must be (K,)")
    if operator.index(s) <= 0:
        raise Conv2DError("stride must be positive")
    if pad not in ("same", "valid"):
        raise Conv2DError("unknown padding")
    if pad == "same" and s != 1:
        raise Conv2DError("same padding needs stride 1")
    rows, cols = (x.shape if x.ndim == 2 else x.shape[-3:-1])
    if pad == "valid" and (w.shape[1] > rows or w.shape[1] > cols):
        raise Conv2DError("filter larger than image")


def _taps(x, f, stride):
    h, w = (x.shape[1] - f) // stride + 1, (x.shape[2] - f) // stride + 1
    for a in range(f):
        for b in range(f):
            yield a, b, x[:, a:a + (h - 1) * stride + 1:stride, b:b + (w - 1) * stride + 1:stride]


def conv2d(image, filters, bias=None, *, stride=1, padding="valid"):
    image, filters = np.asarray(image), np.asarray(filters)
    validate(image, filters, bias, stride, padding)
    stride = int(stride)
    x, w = image.astype("d"), filters.astype("d")
    if x.ndim == 2:
        x, w = x[..., None], w[..., None]
    if x.ndim == 3:
        x = x[None]
    k, f, _, c = w.shape
    if padding == "same":
        x = np.pad(x, ((0, 0), (0, f - 1), (0, f - 1), (0, 0)))
    depthwise = k == c
    y = 0.0
    for a, b, part in _taps(x, f, stride):
        if depthwise:
            y = y + part * np.diagonal(w[:, a, b, :])
        else:
            y = y + part @ w[:, a, b, :].T
    if bias is not None:
        y = y + np.asarray(bias, "d")
    return y if image.ndim == 4 else y[0]
